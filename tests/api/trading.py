"""Things of every kind that the routes ask for: company A sells and company B buys from it, so that what is sent at
random meets something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.domain.carts.values import member_cart
from catalog_service.domain.companies.address import Address
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers.bulk import BulkChange
from catalog_service.domain.offers.content import OfferDraft
from catalog_service.domain.orders.values import OrderDraft, Party
from catalog_service.domain.prices.terms import FreightZone
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.service import Record
from tests.api.test_access import Market
from tests.catalog_service.house import draft, ladder
from tests.catalog_service.town import Person

ASKED = DeedRequest(actor="trading")
ADDRESS = Address(
    recipient="王芳", phone="13800000000", province="浙江", city="金华", district="", street="稠州路 1 号"
)
STOCK = 1_000_000


def trade(market: Market) -> Mapping[str, Sequence[str]]:
    """Ids by the names that paths give them."""
    record = market.town.record
    seller, buyer = (_party(market.people[f"owner of {whose}"], market) for whose in ("a", "b"))
    supplier_id = str(seller.supplier_id)
    zones = [FreightZone(first_g=1_000, first_fen=800, step_g=1_000, step_fen=200)]
    template = record.keep_freight.create(seller=supplier_id, name="快递", zones=zones, request=ASKED).subject_id
    skus = tuple(
        SkuDraft(code=colour, values=(("颜色", colour),), stock=STOCK, weight_g=200, tiers=tiers)
        for colour, tiers in (("红", ()), ("蓝", ladder((1, 900))))
    )
    terms = TradeTerms(skus=skus, weight_g=200, mixed_batch=True, freight_template_id=template)
    record.publish_offer(draft=_content("shirt", supplier_id), trade=terms, request=ASKED)
    record.publish_offer(draft=_content("cup", supplier_id), request=ASKED)
    record.save_draft(draft=_content("idea", supplier_id), seller=supplier_id, request=ASKED)
    group = record.keep_groups.create(seller=supplier_id, name="老客户", rate_bp=9_500, request=ASKED).subject_id
    record.keep_groups.set_members(
        seller=supplier_id, group_id=group, company_ids=[buyer.company_id], expected_version=None, request=ASKED
    )
    change = BulkChange(price_bp=10_100)
    plan = record.bulk_edits.plan(seller=supplier_id, offer_ids=["cup"], change=change)
    edit = record.edit_many.apply(
        seller=supplier_id, offer_ids=["cup"], change=change, digest=plan.digest, request=ASKED
    ).subject_id
    record.keep_cart.add(
        owner=member_cart(company_id=buyer.company_id, member_id=buyer.member_id),
        wanted=[Wanted(sku_id="cup", quantity=20)], request=ASKED,
    )  # fmt: skip
    orders = [_order(record, buyer, seller, steps) for steps in range(5)]
    paying = _order(record, buyer, seller, 0)
    payment = _open_payment(record, buyer, paying)
    refund = record.ordering.open_refund(
        order_id=orders[2], amount_fen=100, with_goods=True, reason="有破损", by=buyer, request=ASKED
    )
    return {
        "offer_id": ("shirt", "cup", "idea"),
        "sku_id": ("cup", *(view.sku.sku_id for view in record.offers.offer("shirt").skus)),
        "target_id": ("cup", "shirt"),
        "supplier_id": (supplier_id,),
        "template_id": (template,),
        "group_id": (group,),
        "edit_id": (edit,),
        "order_id": (*orders, paying),
        "payment_id": (payment,),
        "refund_id": (str(refund.facts["refund_id"]),),
        "company_id": (seller.company_id, buyer.company_id),
        "side": ("buyer", "seller"),
        "gateway": ("sandbox",),
        **{name: (value,) for name, value in market.own.items()},
    }


def _party(person: Person, market: Market) -> Party:
    supplier_id = market.town.people.reads.company(person.company_id).supplier_id
    return Party(company_id=person.company_id, member_id=person.member_id, supplier_id=supplier_id)


def _content(offer_id: str, supplier_id: str) -> OfferDraft:
    return draft(offer_id, title=f"货品 {offer_id}", supplier_id=supplier_id, tiers=ladder((10, 1_000)), stock=STOCK)


def _order(record: Record, buyer: Party, seller: Party, steps: int) -> str:
    """An order after so many of: paid, shipped, confirmed, and one that is shipped in part."""
    wanted = (Wanted(sku_id="cup", quantity=20),)
    with record.engine.connect() as connection:
        shown = record.price_order.price(
            SqlRecordTransaction(connection), buyer_company_id=buyer.company_id,
            supplier_id=str(seller.supplier_id), wanted=wanted, region=ADDRESS.province,
        )  # fmt: skip
    order = OrderDraft(supplier_id=str(seller.supplier_id), wanted=wanted, snapshot=shown.snapshot)
    order_id = str(record.ordering.place(drafts=[order], address=ADDRESS, by=buyer, request=ASKED).facts["orders"])
    if steps:
        record.ordering.sandbox_pay(_open_payment(record, buyer, order_id))
    if steps > 1:
        record.ordering.ship(
            order_id=order_id, parts={1: 5} if steps == 4 else None, carrier="顺丰", waybill="SF1",
            expected_version=None, by=seller, request=ASKED,
        )  # fmt: skip
    if steps == 3:
        record.ordering.confirm(order_id=order_id, by=buyer, request=ASKED)
    return order_id


def _open_payment(record: Record, buyer: Party, order_id: str) -> str:
    amount_fen = record.ordering.reads.order(order_id, buyer).order.payable_fen
    return record.ordering.pay(order_id=order_id, amount_fen=amount_fen, by=buyer, request=ASKED).subject_id
