"""What a thing costs this caller, and the terms that a supplier has set: from the record, in one snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.prices.basket import Facts, Problem, Purpose, SkuFacts
from catalog_service.domain.prices.line import Priced, price_basket
from catalog_service.domain.prices.private_price import NAME as PRIVATE
from catalog_service.domain.prices.terms import BuyerGroup, FreightTemplate, SupplierTerms
from catalog_service.domain.prices.values import PricedLine, PricedOrder, Wanted
from catalog_service.domain.skus.values import NO_TERMS, OfferTerms, Sku, SkuView
from catalog_service.reads.offers import OfferGone
from catalog_service.use_cases.prices.keep_freight import require_own_template
from catalog_service.use_cases.prices.keep_groups import require_group
from catalog_service.use_cases.prices.price_order import PriceOrder, gather_facts
from catalog_service.use_cases.stock.change_stock import SkuNotFound
from kernel.offers import Offer
from kernel.prices import OwnPrice, PriceTier


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """One offer or SKU at a quantity; ``line`` None: on request (面议). ``basis``: "public", or "private" where the
    caller's own agreement is below it. ``starting``: no SKU was named, this is the cheapest one's, others cost more."""

    offer: Offer
    sku_id: str | None
    line: PricedLine | None
    basis: str
    problems: tuple[Problem, ...]
    starting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    group: BuyerGroup
    company_ids: Sequence[str]
    prices: dict[str, tuple[PriceTier, ...]]


class PriceReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def unit_price(
        self,
        offer_id: str,
        *,
        quantity: int | None,
        sku_id: str | None,
        company_id: str | None,
        purpose: Purpose = Purpose.WHOLESALE,
    ) -> UnitPrice:
        """The price of a live offer: of the SKU, or of its only SKU. Where several are on sale and none is named: of
        the one that the caller's agreement makes cheapest, else by the offer's own ladder, as searches have it. Without
        a quantity: at the minimum. Raises ``OfferGone`` and ``SkuNotFound``."""
        with read_transaction(self._engine) as connection:
            transaction = SqlRecordTransaction(connection)
            stored = transaction.offer(offer_id)
            if stored is None or stored.state is not OfferState.LIVE:
                raise OfferGone(f"没有编号为 {offer_id} 的商品，或已下架", parameter="offer_id")
            offer = stored.offer
            views = transaction.skus.of_offer(offer_id)
            view = _named(views, sku_id) if sku_id is not None else None
            facts = gather_facts(
                transaction,
                buyer_company_id=company_id or "",
                supplier_id=offer.supplier_id or "",
                sku_ids=[each.sku.sku_id for each in views] if offer.supplier_id else [],
            )
        asked = quantity or offer.moq
        if view is not None:
            return _of_sku(facts, offer, view, quantity=asked, purpose=purpose)
        return _of_offer(facts, offer, views, quantity=asked, purpose=purpose)

    @read_again
    def basket(self, supplier_id: str, wanted: Sequence[Wanted], *, company_id: str, region: str = "") -> Priced:
        """Several SKUs of one supplier together, with freight to a province where one is named: what an offer's matrix
        shows."""
        with read_transaction(self._engine) as connection:
            return PriceOrder().quote(
                SqlRecordTransaction(connection),
                buyer_company_id=company_id,
                supplier_id=supplier_id,
                wanted=wanted,
                region=region,
            )

    @read_again
    def each_alone(
        self, supplier_id: str, sku_ids: Sequence[str], *, quantity: int, company_id: str
    ) -> Mapping[str, PricedLine]:
        """Each of these SKUs as if it were ordered alone, ``quantity`` of it: what stands in an offer's matrix before
        anything is chosen."""
        with read_transaction(self._engine) as connection:
            facts = gather_facts(
                SqlRecordTransaction(connection),
                buyer_company_id=company_id,
                supplier_id=supplier_id,
                sku_ids=sku_ids,
            )
        return {
            sku_id: line
            for sku_id in sku_ids
            for line in price_basket(facts, [Wanted(sku_id=sku_id, quantity=quantity)], region="").order.lines
        }

    @read_again
    def mixed_terms(self, supplier_id: str) -> SupplierTerms:
        """What a supplier asks of a mixed batch, and gives off an order: no secret, buyers read it."""
        with read_transaction(self._engine) as connection:
            return SqlRecordTransaction(connection).prices.supplier_terms(supplier_id)

    @read_again
    def own_prices(self, offer_ids: Sequence[str], *, quantity: int | None, company_id: str) -> Mapping[str, OwnPrice]:
        """``kernel.prices.OwnPrices``: what ``unit_price`` says of each of these offers, where it is private. Four
        queries however many offers, one for a company that is in nobody's group."""
        with read_transaction(self._engine) as connection:
            transaction = SqlRecordTransaction(connection)
            groups = transaction.prices.groups_of(company_id)
            if not groups:
                return {}
            offers = {
                offer_id: stored.offer
                for offer_id, stored in transaction.prices.offers(set(offer_ids)).items()
                if stored.state is OfferState.LIVE and stored.offer.supplier_id in groups
            }
            skus = transaction.skus.of_offers(offers)
            theirs = {groups[offer.supplier_id or ""].group_id for offer in offers.values()}
            targets = offers.keys() | {view.sku.sku_id for views in skus.values() for view in views}
            agreed = transaction.prices.private_prices_of(theirs, targets)
        found = {}
        for offer_id, offer in offers.items():
            group = groups[offer.supplier_id or ""]
            private = agreed.get(group.group_id, {})
            own = _own_price(offer, skus.get(offer_id, ()), group, private, company_id=company_id, quantity=quantity)
            if own is not None:
                found[offer_id] = own
        return found

    @read_again
    def group(self, group_id: str, *, seller: str) -> GroupView:
        with read_transaction(self._engine) as connection:
            transaction = SqlRecordTransaction(connection)
            group = require_group(transaction, group_id, seller=seller)
            return GroupView(
                group=group,
                company_ids=transaction.prices.members(group_id),
                prices=dict(transaction.prices.private_prices(group_id)),
            )

    @read_again
    def groups(self, *, seller: str) -> Sequence[BuyerGroup]:
        with read_transaction(self._engine) as connection:
            return SqlRecordTransaction(connection).prices.groups(seller)

    @read_again
    def freight_template(self, template_id: str, *, seller: str) -> FreightTemplate:
        with read_transaction(self._engine) as connection:
            return require_own_template(SqlRecordTransaction(connection), template_id, seller=seller)

    @read_again
    def freight_templates(self, *, seller: str) -> Sequence[FreightTemplate]:
        with read_transaction(self._engine) as connection:
            return SqlRecordTransaction(connection).prices.freight_of(seller)

    @read_again
    def supplier_terms(self, *, seller: str) -> SupplierTerms:
        with read_transaction(self._engine) as connection:
            return SqlRecordTransaction(connection).prices.supplier_terms(seller)


def _named(views: Sequence[SkuView], sku_id: str) -> SkuView:
    found = next((view for view in views if view.sku.sku_id == sku_id), None)
    if found is None:
        raise SkuNotFound(f"这个商品没有编号为 {sku_id} 的规格", parameter="sku")
    return found


def _own_price(
    offer: Offer,
    views: Sequence[SkuView],
    group: BuyerGroup,
    private: Mapping[str, tuple[PriceTier, ...]],
    *,
    company_id: str,
    quantity: int | None,
) -> OwnPrice | None:
    """Of one offer, as ``unit_price`` has it; never below the minimum."""
    facts = Facts(
        supplier_id=group.supplier_id,
        buyer_company_id=company_id,
        skus={},
        supplier=SupplierTerms(supplier_id=group.supplier_id),
        group=group,
        private=private,
    )
    asked = max(quantity or offer.moq, offer.moq)
    price = _of_offer(facts, offer, views, quantity=asked, purpose=Purpose.WHOLESALE)
    if price.line is None or price.basis != "private":
        return None
    return OwnPrice(
        unit_fen=price.line.unit_fen,
        quantity=asked,
        basis="quantity" if asked == quantity else "moq",
        because=price.line.steps[-1].because,
        sku_id=price.sku_id if len(views) > 1 else None,
        starting=price.starting,
    )


def _of_offer(facts: Facts, offer: Offer, views: Sequence[SkuView], *, quantity: int, purpose: Purpose) -> UnitPrice:
    """Of an offer of which no SKU is named. The public price is the offer's ladder, that searches sort by; an agreement
    is of SKUs, each with its own ladder, so the cheapest of them is what the company pays from."""
    on_sale = [view for view in views if view.sku.on_sale and not view.sku.retired]
    if len(on_sale) == 1:
        return _of_sku(facts, offer, on_sale[0], quantity=quantity, purpose=purpose)
    plain = Sku(sku_id=offer.offer_id, offer_id=offer.offer_id)
    seen = SkuFacts(sku=plain, offer=offer, live=True, available=None, terms=_terms(facts, on_sale))
    public = _unit_price(replace(facts, group=None), seen, quantity=quantity, named=False, purpose=purpose)
    if facts.group is None or public.line is None or purpose is not Purpose.WHOLESALE:
        return public
    sold = [view for view in on_sale if view.available != 0] or on_sale  # a price that nobody can have is none
    # SKUs of one ladder and one agreement cost the same: one of them is asked.
    alike = {(view.sku.tiers, facts.private.get(view.sku.sku_id)): view for view in reversed(sold)}
    prices = [_of_sku(facts, offer, view, quantity=quantity, purpose=purpose) for view in reversed(alike.values())]
    known = [(price.line.unit_fen, place, price) for place, price in enumerate(prices) if price.line]
    if not known:
        return public
    lowest_fen, _, lowest = min(known)
    if lowest.basis != "private" or lowest_fen >= public.line.unit_fen:
        return public
    return replace(lowest, starting=any(fen > lowest_fen for fen, _, _ in known))


def _of_sku(facts: Facts, offer: Offer, view: SkuView, *, quantity: int, purpose: Purpose) -> UnitPrice:
    seen = SkuFacts(sku=view.sku, offer=offer, live=True, available=view.available, terms=_terms(facts, [view]))
    return _unit_price(facts, seen, quantity=quantity, named=True, purpose=purpose)


def _terms(facts: Facts, views: Sequence[SkuView]) -> OfferTerms:
    """Of the offer that these are of; the same for all."""
    known = next((facts.skus[view.sku.sku_id] for view in views if view.sku.sku_id in facts.skus), None)
    return known.terms if known else NO_TERMS


def _unit_price(facts: Facts, seen: SkuFacts, *, quantity: int, named: bool, purpose: Purpose) -> UnitPrice:
    """Through the same line as an order, for one line alone."""
    sku_id = seen.sku.sku_id
    alone = Facts(
        supplier_id=facts.supplier_id,
        buyer_company_id=facts.buyer_company_id,
        skus={sku_id: seen},
        supplier=facts.supplier,
        group=facts.group,
        private=facts.private,
    )
    priced = price_basket(alone, [Wanted(sku_id=sku_id, quantity=quantity)], region="", purpose=purpose)
    order: PricedOrder = priced.order
    line = order.lines[0] if order.lines and order.lines[0].steps else None
    private = line is not None and any(step.name == PRIVATE for step in line.steps)
    return UnitPrice(
        offer=seen.offer,
        sku_id=sku_id if named else None,
        line=line,
        basis="private" if private else "public",
        problems=priced.problems,
    )
