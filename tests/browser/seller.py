"""A seller of the demo with work of every kind on its desk: offers in each state, orders at each step, a refund."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.companies.address import Address
from catalog_service.domain.companies.credentials import SESSION_PREFIX, Session, digest_of, new_secret
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers.content import OfferDraft
from catalog_service.domain.orders.values import OrderDraft, Party
from catalog_service.domain.prices.terms import FreightZone
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.service import Record
from kernel.prices import PriceTier
from pifa.wiring import Installation
from tests.browser.mails import PASSWORD, mailed_path

ADDRESS = Address(
    recipient="王芳", phone="13800000000", province="浙江", city="金华", district="义乌", street="稠州路 1 号"
)
TIERS = (PriceTier(min_quantity=10, unit_price_fen=1_800), PriceTier(min_quantity=100, unit_price_fen=1_650))

# By name, as ``PAGES``; ``{offer}``, ``{order}``, ``{refund}`` and ``{freight}`` are ids of the seller's.
SELLER_PAGES = {
    "seller-desk": "/seller",
    "seller-orders": "/seller/orders",
    "seller-orders-empty": "/seller/orders?number=nothing",
    "seller-order": "/seller/orders/{order}",
    "seller-order-unpaid": "/seller/orders/{unpaid}",
    "seller-order-refund": "/seller/orders/{refund}",
    "seller-offers": "/seller/offers",
    "seller-offers-draft": "/seller/offers?state=draft",
    "seller-offers-empty": "/seller/offers?state=in_audit",
    "seller-offers-found": "/seller/offers?q=LS-1",
    "seller-offers-not-found": "/seller/offers?q=nothing",
    "seller-offer-new": "/seller/offers/new",
    "seller-offer": "/seller/offers/{offer}",
    "seller-stock": "/seller/offers/{offer}/stock",
    "seller-statements": "/seller/statements",
    "seller-payouts": "/seller/payouts",
    "seller-freight": "/seller/freight",
    "seller-freight-form": "/seller/freight/{freight}",
    "seller-terms": "/seller/terms",
    "seller-groups": "/seller/groups",
    "seller-group": "/seller/groups/{group}",
    "seller-verification": "/seller/verification",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    company_id: str
    member_id: str
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """The seller, its buyer, and what is on the desk. ``beginner`` is of a company that does not sell yet."""

    record: Record
    seller: Member
    buyer: Member
    beginner: Member
    supplier_id: str
    ids: dict[str, str]

    @property
    def selling(self) -> Party:
        return Party(company_id=self.seller.company_id, member_id=self.seller.member_id, supplier_id=self.supplier_id)

    @property
    def buying(self) -> Party:
        return Party(company_id=self.buyer.company_id, member_id=self.buyer.member_id)


def join(site: Installation, record: Record, login: str, name: str) -> Member:
    """A company that signed up, and its owner's session."""
    record.people.sign_up(company_name=name, login=login, email="", name="王芳", client="test")
    token = mailed_path(site, login).partition("token=")[2]
    member_id = record.people.redeem_link(token=token, password=PASSWORD).subject_id
    secret, now = new_secret(SESSION_PREFIX), site.clock.now()
    session = Session(
        session_id=record.ids.new(), member_id=member_id, created_at=now, last_seen_at=now, expires_at=now + 86_400
    )
    record.people.end_sessions.deeds.store.write(
        lambda transaction: transaction.identity.insert_session(session, token_hash=digest_of(secret))
    )
    company_id = record.authenticator.authenticate(authorization=f"Bearer {secret}").company_id
    return Member(company_id=company_id or "", member_id=member_id, session=secret)


def order_of(stall: Stall, *wanted: tuple[str, int], pay: bool = True) -> str:
    """An order of the buyer's through the use cases, paid through the sandbox."""
    record, ordering = stall.record, stall.record.ordering
    lines, ask = tuple(Wanted(sku_id=sku, quantity=pieces) for sku, pieces in wanted), ask_of(stall.buyer)
    snapshot = ordering.desk.deeds.store.write(
        lambda transaction: record.price_order.price(
            transaction, buyer_company_id=stall.buyer.company_id, supplier_id=stall.supplier_id, wanted=lines,
            region=ADDRESS.province,
        )
    ).snapshot  # fmt: skip
    draft = OrderDraft(supplier_id=stall.supplier_id, wanted=lines, snapshot=snapshot, remark="请用加厚纸箱")
    order_id = str(ordering.place(drafts=[draft], address=ADDRESS, by=stall.buying, request=ask).facts["orders"])
    if pay:
        due = ordering.reads.order(order_id, stall.buying).order.due_stage
        assert due is not None
        payment = ordering.pay(order_id=order_id, amount_fen=due.amount_fen, by=stall.buying, request=ask)
        ordering.sandbox_pay(payment.subject_id)
    return order_id


def confirm(stall: Stall, order_id: str) -> None:
    stall.record.ordering.confirm(order_id=order_id, by=stall.buying, request=ask_of(stall.buyer))


def ask_of(member: Member) -> DeedRequest:
    return DeedRequest(actor=member.member_id)


def open_stall(site: Installation, record: Record) -> Stall:
    """The seller with its desk full."""
    seller = join(site, record, "stall@example.com", "永康市晨光五金厂")
    buyer = join(site, record, "stall-buyer@example.com", "义乌市大洋百货有限公司")
    beginner = join(site, record, "stall-beginner@example.com", "新来的公司")
    opened = record.people.open_supplier(
        company_id=seller.company_id, province="浙江", city="金华", request=ask_of(seller)
    )
    supplier_id = str(opened.facts["supplier_id"])
    stall = Stall(record=record, seller=seller, buyer=buyer, beginner=beginner, supplier_id=supplier_id, ids={})
    _fill(stall)
    return stall


def _fill(stall: Stall) -> None:
    record, ask, own, ids = stall.record, ask_of(stall.seller), stall.supplier_id, stall.ids
    zones = [FreightZone(regions=("新疆", "西藏"), delivered=False),
             FreightZone(first_g=1_000, first_fen=600, step_g=1_000, step_fen=150, free_fen=100_000)]  # fmt: skip
    ids["freight"] = record.keep_freight.create(seller=own, name="普通快递", zones=zones, request=ask).subject_id
    skus = tuple(
        SkuDraft(code=f"LS-{number}", values=(("颜色", colour), ("规格", size)), weight_g=120, stock=stock)
        for number, (colour, size, stock) in enumerate(
            [("本色", "M6", 900), ("本色", "M8", 400), ("镀锌", "M6", 6), ("镀锌", "M8", 25)], 1
        )
    )
    ids["offer"] = _publish(stall, "304不锈钢内六角螺丝 杯头机螺钉 现货批发", skus)
    ids["plain"] = _publish(stall, "十字槽盘头自攻螺丝 家具木工用 镀锌", ())
    draft = OfferDraft(offer_id=record.ids.new(), title="膨胀螺栓 国标加长", tiers=TIERS, moq=10)
    ids["draft"] = record.save_draft(draft=draft, seller=own, request=ask).subject_id
    away = _publish(stall, "不锈钢垫片 平垫圈", ())
    record.withdraw_offer(offer_id=away, seller=own, request=ask)
    first, second = (view.sku.sku_id for view in record.offers.offer(ids["offer"]).skus[:2])
    ids["order"] = order_of(stall, (first, 60), (second, 40), (ids["plain"], 20))
    ids["unpaid"] = order_of(stall, (first, 30), pay=False)
    ids["refund"] = order_of(stall, (ids["plain"], 50))
    record.ordering.open_refund(
        order_id=ids["refund"], amount_fen=20_000, with_goods=False, reason="规格下错了，少要一些", by=stall.buying,
        request=ask_of(stall.buyer),
    )  # fmt: skip
    done = order_of(stall, (second, 20))
    for order_id, parts in ((ids["order"], {1: 30}), (done, None)):
        record.ordering.ship(
            order_id=order_id, parts=parts, carrier="顺丰", waybill="SF1020304050607", expected_version=None,
            by=stall.selling, request=ask,
        )  # fmt: skip
    confirm(stall, done)
    group = record.keep_groups.create(seller=own, name="老客户", rate_bp=9_500, request=ask)
    record.keep_groups.set_members(
        seller=own, group_id=group.subject_id, company_ids=[stall.buyer.company_id], expected_version=group.version,
        request=ask,
    )  # fmt: skip
    ids["group"] = group.subject_id


def _publish(stall: Stall, title: str, skus: tuple[SkuDraft, ...]) -> str:
    draft = OfferDraft(
        offer_id=stall.record.ids.new(), title=title, tiers=TIERS, moq=10, dispatch_hours=48,
        stock=None if skus else 300, attributes={"材质": ("304不锈钢",)},
    )  # fmt: skip
    trade = TradeTerms(skus=skus, weight_g=0 if skus else 80, freight_template_id=stall.ids["freight"])
    record, ask = stall.record, ask_of(stall.seller)
    return record.publish_offer(draft=draft, trade=trade, seller=stall.supplier_id, request=ask).subject_id
