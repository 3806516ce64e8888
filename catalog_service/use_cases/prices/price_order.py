"""Price a basket of one supplier from the record, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.prices.advice import Advice, advise
from catalog_service.domain.prices.basket import Facts, Problem, Purpose, SkuFacts
from catalog_service.domain.prices.line import Priced, price_basket, price_of, priced_basket
from catalog_service.domain.prices.regions import province_of
from catalog_service.domain.prices.values import PricedOrder, Wanted
from catalog_service.ports.prices import NotOrderable
from catalog_service.ports.record import RecordTransaction
from kernel.errors import Invalid
from kernel.prices import QUANTITY_MAX

LINES_MAX = (
    50  # SKUs of one order: what a picking list and an order page hold, and one transaction moves in milliseconds
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceOrder:
    """``OrderPricing`` over the record's rows."""

    def price(
        self,
        transaction: RecordTransaction,
        *,
        buyer_company_id: str,
        supplier_id: str,
        wanted: Sequence[Wanted],
        region: str,
        purpose: Purpose = Purpose.WHOLESALE,
    ) -> PricedOrder:
        """The priced basket; ``NotOrderable`` with every problem there is."""
        priced = self.quote(
            transaction,
            buyer_company_id=buyer_company_id,
            supplier_id=supplier_id,
            wanted=wanted,
            region=region,
            purpose=purpose,
        )
        if priced.problems:
            raise not_orderable(priced.problems)
        return priced.order

    def quote(
        self,
        transaction: RecordTransaction,
        *,
        buyer_company_id: str,
        supplier_id: str,
        wanted: Sequence[Wanted],
        region: str,
        purpose: Purpose = Purpose.WHOLESALE,
    ) -> Priced:
        """The price as far as there is one, and the problems: what a preview shows. ``region`` may be written as
        addresses write it, and "" while nobody said where the goods go."""
        facts = self._facts(transaction, buyer_company_id, supplier_id, wanted)
        return price_basket(facts, wanted, region=_place(region), purpose=purpose)

    def consider(
        self,
        transaction: RecordTransaction,
        *,
        buyer_company_id: str,
        supplier_id: str,
        wanted: Sequence[Wanted],
        region: str,
    ) -> tuple[Priced, Sequence[Advice]]:
        """The quote of a wholesale basket, and what a little more would bring."""
        facts = self._facts(transaction, buyer_company_id, supplier_id, wanted)
        basket = priced_basket(facts, wanted, region=_place(region), purpose=Purpose.WHOLESALE)
        priced = price_of(basket, wanted)
        return priced, advise(basket, priced)

    def _facts(
        self, transaction: RecordTransaction, buyer_company_id: str, supplier_id: str, wanted: Sequence[Wanted]
    ) -> Facts:
        refuse_quantities(wanted)
        return gather_facts(
            transaction,
            buyer_company_id=buyer_company_id,
            supplier_id=supplier_id,
            sku_ids={each.sku_id for each in wanted},
        )


def _place(region: str) -> str:
    return province_of(region) if region else ""


def not_orderable(problems: Sequence[Problem]) -> NotOrderable:
    return NotOrderable(problems[0].message, detail={"problems": [problem.as_json() for problem in problems]})


def refuse_quantities(wanted: Sequence[Wanted]) -> None:
    """``Invalid`` for what is no basket at all: nothing, too many lines, quantities that nobody means."""
    if not wanted:
        raise Invalid("没有要订购的规格", parameter="lines")
    if len({each.sku_id for each in wanted}) > LINES_MAX:
        raise Invalid(f"一笔订单最多 {LINES_MAX} 种规格", parameter="lines", code="too_many_lines")
    for each in wanted:
        if not 1 <= each.quantity <= QUANTITY_MAX:
            raise Invalid(f"数量必须在 1 到 {QUANTITY_MAX} 之间", parameter="quantity")


def gather_facts(
    transaction: RecordTransaction, *, buyer_company_id: str, supplier_id: str, sku_ids: Collection[str]
) -> Facts:
    """What the record says of these SKUs; those that are not this supplier's are left out."""
    goods = transaction.prices.goods(sku_ids)
    supplier, group = transaction.prices.trading(supplier_id=supplier_id, company_id=buyer_company_id)
    skus = {
        sku_id: SkuFacts(
            sku=each.view.sku,
            offer=each.offer.offer,
            live=each.offer.state is OfferState.LIVE,
            available=each.view.available,
            terms=each.terms
            if each.terms.freight_template_id is not None
            else replace(each.terms, freight_template_id=supplier.freight_template_id),
        )
        for sku_id, each in goods.items()
        if each.offer.offer.supplier_id == supplier_id
    }
    targets = skus.keys() | {each.offer.offer_id for each in skus.values()}
    private = transaction.prices.private_prices(group.group_id, targets) if group else {}
    templates = {each.terms.freight_template_id for each in skus.values() if each.terms.freight_template_id is not None}
    return Facts(
        supplier_id=supplier_id,
        buyer_company_id=buyer_company_id,
        skus=skus,
        supplier=supplier,
        group=group,
        private=private,
        freight=transaction.prices.freight(templates),
    )
