"""What a key may order a day: counted in the transaction that orders, whoever else orders at that moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from catalog_service.adapters.company_parties import CompanyParties
from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.domain.companies.address import Address
from catalog_service.domain.companies.members import MemberEvent
from catalog_service.domain.days import day_of
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.orders.values import OrderDraft, Party
from catalog_service.domain.prices.values import Wanted
from catalog_service.ports.record import RecordTransaction, VersionMismatch
from catalog_service.use_cases.companies.keys import KeyNotFound
from kernel.errors import Invalid
from tests.catalog_service.house import ADMIN, NOW, draft, ladder, rows
from tests.catalog_service.test_people_http import Door
from tests.catalog_service.town import SELF, Person, Town

ADDRESS = Address(
    recipient="王芳", phone="13800000000", province="浙江", city="金华", district="义乌", street="稠州路 1 号"
)
PIECE_FEN = 100
DAY = 86_400


@dataclass
class Shop:
    town: Town
    buyer: Person
    seller: Person
    supplier_id: str
    key_id: str
    secret: str

    @property
    def by(self) -> Party:
        return Party(company_id=self.buyer.company_id, member_id=f"key:{self.key_id}")

    def order(self, pieces: int) -> tuple[str, str]:
        """The id and state of an order of so many pieces by the key."""
        ordering = self.town.record.ordering
        wanted = (Wanted(sku_id="o-1", quantity=pieces),)

        def price(transaction: RecordTransaction) -> str:
            return self.town.record.price_order.price(
                transaction, buyer_company_id=self.buyer.company_id, supplier_id=self.supplier_id, wanted=wanted,
                region="浙江",
            ).snapshot  # fmt: skip

        snapshot = ordering.desk.deeds.store.write(price)
        asked = OrderDraft(supplier_id=self.supplier_id, wanted=wanted, snapshot=snapshot)
        request = DeedRequest(actor=self.by.member_id)
        receipt = ordering.place(drafts=[asked], address=ADDRESS, by=self.by, request=request)
        order_id = str(receipt.facts["orders"])
        return order_id, str(ordering.reads.order(order_id, self.by).order.state)

    def spent(self) -> int:
        return self.town.people.reads.spent_today(self.buyer.company_id).get(self.key_id, 0)

    def limit(self, amount_fen: int | None) -> None:
        self.town.people.revise_key(
            company_id=self.buyer.company_id, key_id=self.key_id, spend_limit_fen=amount_fen, request=SELF
        )


@pytest.fixture
def shop(town: Town) -> Shop:
    assert isinstance(town.record.ordering.desk.parties, CompanyParties)
    seller, supplier_id = town.seller()
    buyer = town.company()
    town.record.publish_offer(draft=draft("o-1", supplier_id=supplier_id, tiers=ladder((1, PIECE_FEN))), request=ADMIN)
    made = town.people.create_key(
        company_id=buyer.company_id, name="ERP", scopes=["orders:write"], spend_limit_fen=1_000, request=SELF
    )
    return Shop(town, buyer, seller, supplier_id, made.receipt.subject_id, str(made.secret))


def test_within_the_limit_a_key_orders_alone_and_beyond_it_somebody_approves(shop: Shop) -> None:
    assert [shop.order(pieces)[1] for pieces in (4, 6, 1)] == ["waitbuyerpay", "waitbuyerpay", "waitapproval"]
    assert shop.spent() == 1_000
    assert rows(shop.town.record, "SELECT placed_by FROM orders GROUP BY placed_by") == [(f"key:{shop.key_id}",)]


def test_one_order_beyond_it_does_not_use_up_what_is_left(shop: Shop) -> None:
    assert [shop.order(pieces)[1] for pieces in (11, 10)] == ["waitapproval", "waitbuyerpay"]


def test_the_day_of_china_begins_it_anew(shop: Shop) -> None:
    midnight = (day_of(NOW) + 1) * DAY - 8 * 3_600
    shop.town.clock.seconds = midnight - 1
    assert shop.order(10)[1] == "waitbuyerpay"
    assert shop.order(1)[1] == "waitapproval"
    shop.town.clock.seconds = midnight
    assert (shop.spent(), shop.order(10)[1], shop.spent()) == (0, "waitbuyerpay", 1_000)


def test_an_order_that_is_cancelled_still_counts(shop: Shop) -> None:
    order_id, _ = shop.order(10)
    shop.town.record.ordering.cancel(
        order_id=order_id, reason="不要了", by=shop.by, request=DeedRequest(actor=shop.by.member_id)
    )
    assert shop.order(1)[1] == "waitapproval"


def test_a_rise_of_the_price_counts_and_what_is_beyond_waits(shop: Shop) -> None:
    order_id, _ = shop.order(9)
    seller = Party(company_id=shop.seller.company_id, member_id=shop.seller.member_id, supplier_id=shop.supplier_id)
    states = []
    for payable_fen in (950, 910, 950, 1_050):
        receipt = shop.town.record.ordering.change_price(
            order_id=order_id, payable_fen=payable_fen, reason="运费", expected_version=None, by=seller, request=SELF
        )
        states.append(receipt.state)
    assert states == ["waitbuyerpay"] * 3 + ["waitapproval"]
    assert shop.spent() == 950


def test_a_rotated_key_keeps_its_limit_and_what_it_ordered(shop: Shop) -> None:
    shop.order(9)
    shop.town.people.rotate_key(company_id=shop.buyer.company_id, key_id=shop.key_id, overlap_seconds=0, request=SELF)
    (key,) = shop.town.people.reads.keys(shop.buyer.company_id)
    assert (key.spend_limit_fen, shop.spent()) == (1_000, 900)
    assert shop.order(2)[1] == "waitapproval"


def test_without_a_limit_nothing_waits_and_nothing_is_counted(shop: Shop) -> None:
    shop.limit(None)
    assert shop.order(10_000)[1] == "waitbuyerpay"
    assert shop.spent() == 0
    shop.limit(0)
    assert shop.order(1)[1] == "waitapproval"


def test_of_many_at_once_as_many_pass_as_the_limit_allows(shop: Shop) -> None:
    store = SqlRecordStore(shop.town.record.engine)

    def spend(_: int) -> bool:
        return store.write(lambda t: t.identity.spend(shop.key_id, day=1, amount_fen=300))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(spend, range(24))) == 3
    assert rows(shop.town.record, "SELECT day, spent_fen FROM key_spending") == [(1, 900)]


@pytest.mark.parametrize("amount_fen", [-1, 10**15 + 1])
def test_a_limit_that_is_none_is_refused(shop: Shop, amount_fen: int) -> None:
    with pytest.raises(Invalid) as refused:
        shop.limit(amount_fen)
    assert refused.value.parameter == "spend_limit_fen"


def test_another_company_s_key_is_not_there(shop: Shop) -> None:
    with pytest.raises(KeyNotFound):
        shop.town.people.revise_key(
            company_id=shop.seller.company_id, key_id=shop.key_id, spend_limit_fen=1, request=SELF
        )
    with pytest.raises(VersionMismatch):
        shop.town.people.revise_key(
            company_id=shop.buyer.company_id, key_id=shop.key_id, spend_limit_fen=1, request=SELF, expected_version=9
        )


def test_over_http_the_owner_sees_and_changes_it(shop: Shop) -> None:
    door, token = Door(shop.town), shop.town.session(shop.buyer)
    shop.order(3)
    (key,) = door.do(token, "GET", "/companies/me/api-keys").json()["keys"]
    assert (key["spend_limit_fen"], key["spent_today_fen"]) == (1_000, 300)
    path = f"/companies/me/api-keys/{shop.key_id}"
    assert door.do(token, "PUT", path, {"spend_limit_fen": 200}).status_code == 200
    assert door.do(token, "PUT", path, {}).status_code == 400
    assert shop.order(1)[1] == "waitapproval"
    assert door.do(shop.secret, "PUT", path, {"spend_limit_fen": None}).status_code == 403


def decided(shop: Shop, decision: str) -> list[tuple[object, ...]]:
    """An order beyond the limit is decided over, twice under one key; mails of the decision by whom they go to."""
    order_id, state = shop.order(11)
    assert state == "waitapproval"
    by = Party(company_id=shop.buyer.company_id, member_id=shop.buyer.member_id)
    request, ordering = DeedRequest(actor=by.member_id, key=order_id, fingerprint="f"), shop.town.record.ordering
    for _ in range(2):
        if decision == "approve":
            ordering.approve(order_id=order_id, expected_version=None, by=by, request=request)
        else:
            ordering.refuse(order_id=order_id, reason="太多", by=by, request=request)
    query = "SELECT recipient, body FROM mails WHERE subject = '审批结果' AND dedupe LIKE 'decision:{}:%' ORDER BY 1"
    number = ordering.disputes.case(order_id, by="staff").view.order.number_text
    return [(to, str(body).replace(number, "#")) for to, body in rows(shop.town.record, query.format(order_id))]


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_who_answers_for_a_key_is_told_what_was_decided(shop: Shop, decision: str) -> None:
    maker = shop.town.colleague(shop.buyer, "maker@a.example.com", ["owner"])
    shop.town.colleague(shop.buyer, "other@a.example.com", ["buyer", "approver"])
    made = shop.town.people.create_key(
        company_id=shop.buyer.company_id, name="仓库", scopes=["orders:write"], spend_limit_fen=1_000,
        request=DeedRequest(actor=maker.member_id),
    )  # fmt: skip
    shop.key_id = made.receipt.subject_id
    shop.town.people.revise_member(
        company_id=shop.buyer.company_id, member_id=maker.member_id, name="张伟", roles=["buyer"], spend_limit_fen=None,
        expected_version=None, request=SELF,
    )  # fmt: skip
    text = "订单 # 已审批通过，等待付款" if decision == "approve" else "订单 # 审批未通过：太多"
    assert decided(shop, decision) == [("maker@a.example.com", f"用密钥“仓库”下单：{text}")]
    shop.town.people.move_member(
        company_id=shop.buyer.company_id, member_id=maker.member_id, event=MemberEvent.SUSPEND, request=SELF
    )
    assert decided(shop, decision) == [(shop.buyer.login, f"用密钥“仓库”下单：{text}")]
