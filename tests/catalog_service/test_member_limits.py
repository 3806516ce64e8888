"""What a member may order alone: one order, and all together that are not yet paid, whoever sends them at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from catalog_service.domain.companies.address import Address
from catalog_service.domain.days import day_of
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.orders.values import OrderDraft, Party
from catalog_service.domain.prices.values import Wanted
from catalog_service.ports.record import RecordTransaction
from tests.catalog_service.house import ADMIN, NOW, draft, ladder, rows
from tests.catalog_service.town import SELF, Person, Town

WHERE = Address(recipient="王芳", phone="13800000000", province="浙江", city="金华", district="", street="稠州路 1 号")
PIECE_FEN, LIMIT_FEN = 100, 1_000
ALONE, ASKED = "waitbuyerpay", "waitapproval"


@dataclass
class Shop:
    town: Town
    owner: Person
    buyer: Person
    approver: Person
    suppliers: tuple[tuple[str, Person], ...]

    def party(self, person: Person) -> Party:
        return Party(company_id=person.company_id, member_id=person.member_id)

    def drafted(self, offer_id: str, supplier_id: str, pieces: int) -> OrderDraft:
        wanted = (Wanted(sku_id=offer_id, quantity=pieces),)

        def price(transaction: RecordTransaction) -> str:
            return self.town.record.price_order.price(
                transaction, buyer_company_id=self.owner.company_id, supplier_id=supplier_id, wanted=wanted,
                region="浙江",
            ).snapshot  # fmt: skip

        snapshot = self.town.record.ordering.desk.deeds.store.write(price)
        return OrderDraft(supplier_id=supplier_id, wanted=wanted, snapshot=snapshot)

    def order(self, *pieces: int, by: Person | None = None) -> list[tuple[str, str]]:
        """Ids and states of the orders of one checkout: so many pieces of each supplier."""
        who = self.party(by or self.buyer)
        ordering = self.town.record.ordering
        drafts = [self.drafted(f"o-{number}", self.suppliers[number][0], count) for number, count in enumerate(pieces)]
        request = DeedRequest(actor=who.member_id)
        receipt = ordering.place(drafts=drafts, address=WHERE, by=who, request=request)
        ids = str(receipt.facts["orders"]).split(",")
        return [(order_id, str(ordering.reads.order(order_id, who).order.state)) for order_id in ids]

    def states(self, *pieces: int) -> list[str]:
        return [state for _, state in self.order(*pieces)]


@pytest.fixture
def shop(town: Town) -> Shop:
    sellers = [town.seller(), town.seller("owner@b.example.com", "丙工厂")]
    for number, (_, supplier_id) in enumerate(sellers):
        goods = draft(f"o-{number}", supplier_id=supplier_id, tiers=ladder((1, PIECE_FEN)))
        town.record.publish_offer(draft=goods, request=ADMIN)
    owner = town.company("owner@c.example.com", "买家")
    buyer = town.colleague(owner, "buyer@c.example.com", limit=LIMIT_FEN)
    approver = town.colleague(owner, "approver@c.example.com", roles=("approver",))
    return Shop(town, owner, buyer, approver, tuple((supplier_id, seller) for seller, supplier_id in sellers))


def test_one_order_and_all_that_are_unpaid_are_held_to_the_limit(shop: Shop) -> None:
    assert [shop.states(pieces) for pieces in (11, 6, 5, 4, 1)] == [[ASKED], [ALONE], [ASKED], [ALONE], [ASKED]]


def test_a_large_order_does_not_pass_in_parts_of_one_checkout(shop: Shop) -> None:
    assert shop.states(6, 5) == [ALONE, ASKED]


def test_what_is_paid_or_cancelled_leaves_room(shop: Shop) -> None:
    ordering, by = shop.town.record.ordering, shop.party(shop.buyer)
    request = DeedRequest(actor=by.member_id)
    ((first, _),) = shop.order(10)
    assert shop.states(1) == [ASKED]
    payment = ordering.pay(order_id=first, amount_fen=1_000, by=by, request=request)
    assert shop.states(1) == [ASKED]
    ordering.sandbox_pay(payment.subject_id)
    ((second, state),) = shop.order(10)
    assert state == ALONE
    ordering.cancel(order_id=second, reason="不要了", by=by, request=request)
    assert shop.states(10) == [ALONE]


def test_what_somebody_approved_uses_up_nothing(shop: Shop) -> None:
    ((order_id, _),) = shop.order(90)
    approver = shop.party(shop.approver)
    shop.town.record.ordering.approve(
        order_id=order_id, expected_version=None, by=approver, request=DeedRequest(actor=approver.member_id)
    )
    assert shop.states(10) == [ALONE]


def test_the_day_of_china_begins_it_anew(shop: Shop) -> None:
    midnight = (day_of(NOW) + 1) * 86_400 - 8 * 3_600
    shop.town.clock.seconds = midnight - 1
    assert [shop.states(10), shop.states(1)] == [[ALONE], [ASKED]]
    shop.town.clock.seconds = midnight
    assert shop.states(10) == [ALONE]


def test_a_rise_of_the_price_counts_what_it_adds(shop: Shop) -> None:
    ((order_id, _),) = shop.order(8)
    supplier_id, seller = shop.suppliers[0]
    by = Party(company_id=seller.company_id, member_id=seller.member_id, supplier_id=supplier_id)

    def raised(payable_fen: int) -> str | None:
        return shop.town.record.ordering.change_price(
            order_id=order_id, payable_fen=payable_fen, reason="运费", expected_version=None, by=by, request=SELF
        ).state

    assert raised(850) == ALONE
    assert [shop.states(2), shop.states(1)] == [[ASKED], [ALONE]]
    assert raised(900) == ALONE
    assert raised(901) == ASKED


def test_a_limit_that_was_lowered_holds_at_once_and_others_have_their_own(shop: Shop) -> None:
    other = shop.town.colleague(shop.owner, "other@c.example.com", limit=LIMIT_FEN)
    shop.order(5)
    shop.town.people.revise_member(
        company_id=shop.owner.company_id, member_id=shop.buyer.member_id, name="张伟", roles=["buyer"],
        spend_limit_fen=500, expected_version=None, request=SELF,
    )  # fmt: skip
    assert shop.states(1) == [ASKED]
    assert [state for _, state in shop.order(10, by=other)] == [ALONE]
    assert [state for _, state in shop.order(500, by=shop.owner)] == [ALONE]


def test_of_many_orders_at_once_only_those_pass_that_are_within_the_limit_together(shop: Shop) -> None:
    """Each is within it alone; the second sees the first, on both databases."""
    with ThreadPoolExecutor(8) as pool:
        states = [state for (state,) in pool.map(shop.states, [3] * 16)]
    assert (states.count(ALONE), states.count(ASKED)) == (3, 13)


def told(shop: Shop) -> list[tuple[str, str, str]]:
    """Notices of the buyer's company about orders, and the mails: kind or recipient, subject, text."""
    store = shop.town.record.ordering.desk.deeds.store
    store.write(lambda transaction: transaction.notices.put_mails_in(limit=100, at=NOW, language="zh"))
    notices = rows(
        shop.town.record,
        f"SELECT kind, subject_id, text FROM notices WHERE company_id = '{shop.owner.company_id}' ORDER BY notice_id",
    )
    mails = rows(
        shop.town.record,
        "SELECT recipient, subject, body FROM mails WHERE recipient LIKE '%@c.example.com' AND body LIKE '订单%'"
        " ORDER BY mail_id, recipient",
    )
    return [(str(a), str(b), " ".join(str(c).split())) for a, b, c in (*notices, *mails)]


def number_of(shop: Shop, order_id: str) -> str:
    """As notices say it, in which all blanks are common ones."""
    return " ".join(shop.town.record.ordering.disputes.case(order_id, by="staff").view.order.number_text.split())


def test_who_may_approve_is_told_by_notice_and_mail_and_the_seller_of_nothing_new(shop: Shop) -> None:
    ((order_id, _),) = shop.order(11)
    text = f"订单 {number_of(shop, order_id)} 等待审批：应付 11 元，由张伟下单"
    said = told(shop)
    assert said[0] == ("order_approval_wanted", order_id, text)
    assert sorted(said[1:]) == [
        ("approver@c.example.com", "通知", text),
        ("owner@c.example.com", "通知", text),
    ]
    shop.order(5)
    assert told(shop) == said  # an order that passes alone waits for nobody


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_who_asked_is_told_of_the_decision_once(shop: Shop, decision: str) -> None:
    ((order_id, _),) = shop.order(11)
    before = told(shop)
    by = shop.party(shop.approver)
    request = DeedRequest(actor=by.member_id, key="k", fingerprint="f")
    ordering = shop.town.record.ordering
    for _ in range(2):
        if decision == "approve":
            ordering.approve(order_id=order_id, expected_version=None, by=by, request=request)
        else:
            ordering.refuse(order_id=order_id, reason="太多", by=by, request=request)
    text = f"订单 {number_of(shop, order_id)} " + (
        "已审批通过，等待付款" if decision == "approve" else "审批未通过：太多"
    )
    new = [each for each in told(shop) if each not in before]
    assert new == [
        (f"order_{decision}_order", order_id, text),
        ("buyer@c.example.com", "审批结果", text),
        ("owner@c.example.com", "通知", text),
    ]


def test_an_asker_who_reads_english_is_told_of_the_decision_in_english(shop: Shop) -> None:
    shop.town.people.choose_language(
        member_id=shop.buyer.member_id, company_id=shop.buyer.company_id, language="en", request=SELF
    )
    ((order_id, _),) = shop.order(11)
    by = shop.party(shop.approver)
    shop.town.record.ordering.refuse(
        order_id=order_id, reason="太多", expected_version=None, by=by, request=DeedRequest(actor=by.member_id)
    )
    (mail,) = [each for each in shop.town.mails(shop.buyer.login) if each["Subject"] == "Result of an approval"]
    assert " ".join(mail.get_content().split()) == f"Order {number_of(shop, order_id)} was not approved: 太多"


def test_a_price_that_rises_above_the_limit_asks_the_approvers(shop: Shop) -> None:
    ((order_id, _),) = shop.order(10)
    supplier_id, seller = shop.suppliers[0]
    by = Party(company_id=seller.company_id, member_id=seller.member_id, supplier_id=supplier_id)
    shop.town.record.ordering.change_price(
        order_id=order_id, payable_fen=1_001, reason="运费", expected_version=None, by=by, request=SELF
    )
    said = told(shop)
    text = f"订单 {number_of(shop, order_id)} 等待审批：应付 10.01 元，由张伟下单"
    assert ("order_approval_wanted", order_id, text) in said
