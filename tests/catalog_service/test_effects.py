"""Every move of every machine, made once by its own deed on both databases, does what its row says and nothing beside:
goods, ledger, transfers, notices, outbox, audit, deadlines. A row that no case makes fails."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.adapters.gateway.sandbox import NO_FAULTS, SandboxFaults
from catalog_service.domain.companies.members import MEMBER_MACHINE, MemberEvent
from catalog_service.domain.companies.verification import VERIFICATION_MACHINE
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.money.payment_states import PAYMENT
from catalog_service.domain.money.transfer_states import TRANSFER
from catalog_service.domain.offers.states import OFFER, OfferEvent
from catalog_service.domain.orders.options import DAY, OrderOptions
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.refund_states import REFUND, RefundState
from catalog_service.domain.orders.rulings import RULING
from catalog_service.domain.orders.states import HOLDING, ORDER, PAID, OrderState
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.ports.gateway import GatewayAway
from catalog_service.service import Record
from kernel.clock import FixedClock
from tests.catalog_service.house import ADMIN, NOW, draft, open_house, rows
from tests.catalog_service.town import SELF, Person, Town
from tests.catalog_service.trade import APPROVER, BUYER, SELLER, Market, open_market
from tests.catalog_service.watch import Watch

O, R = OrderState, RefundState  # noqa: E741
STAFF = DeedRequest(actor="staff")
LONG = 40 * DAY  # beyond every deadline


@pytest.fixture
def market(home: Path) -> Iterator[Market]:
    market = open_market(home)
    yield market
    assert market.ordering.verify().faults == ()
    market.close()


@pytest.fixture
def watch(market: Market, monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch(market.record.engine)
    watch.begin(monkeypatch)
    return watch


def order_in(market: Market, state: OrderState, *wanted: tuple[str, int]) -> str:
    """An order that waits in this state."""
    if state is O.WAIT_APPROVAL:
        market.limits.limit_fen = 0
        order_id = market.place()
        market.limits.limit_fen = None
        return order_id
    order_id = market.place(*wanted, plan=Plan.DEPOSIT_30 if state is O.WAIT_STAGE_PAY else Plan.FULL)
    if state is not O.WAIT_BUYER_PAY:
        market.pay(order_id)
    if state is O.WAIT_BUYER_RECEIVE:
        market.ship(order_id)
    assert market.order(order_id).state is state
    return order_id


def refund_in(market: Market, state: RefundState) -> tuple[str, str]:
    """An order that was shipped, and a refund of a part of it in this state."""
    order_id = order_in(market, O.WAIT_BUYER_RECEIVE)
    refund_id = market.refund(order_id, 100, with_goods=True)
    if state is R.WAIT_BUYER_MODIFY:
        refuse(market, order_id, refund_id)
    elif state is not R.WAIT_SELLER:
        market.agree(order_id, refund_id)
        if state is R.WAIT_SELLER_RECEIVE:
            send_back(market, order_id, refund_id)
    return order_id, refund_id


def change_price(market: Market, order_id: str, payable_fen: int) -> None:
    market.ordering.change_price(
        order_id=order_id, payable_fen=payable_fen, reason="运费", expected_version=None, by=SELLER,
        request=market.ask(SELLER),
    )  # fmt: skip


def refuse(market: Market, order_id: str, refund_id: str) -> None:
    who = {"order_id": order_id, "refund_id": refund_id}
    market.ordering.refuse_refund(**who, reason="没有破损", by=SELLER, request=market.ask(SELLER))


def modify(market: Market, order_id: str, refund_id: str, *, with_goods: bool = False) -> None:
    market.ordering.modify_refund(
        order_id=order_id, refund_id=refund_id, amount_fen=200, with_goods=with_goods, reason="有照片", by=BUYER,
        request=market.ask(),
    )  # fmt: skip


def send_back(market: Market, order_id: str, refund_id: str) -> None:
    market.ordering.send_back(
        order_id=order_id, refund_id=refund_id, carrier="圆通", waybill="YT1", by=BUYER, request=market.ask()
    )


def decide(market: Market, order_id: str, refund_id: str, *, for_buyer: bool) -> None:
    market.ordering.decide_refund(
        order_id=order_id, refund_id=refund_id, for_buyer=for_buyer, reason="裁定", request=STAFF
    )


def terminate(market: Market, order_id: str, to_buyer_fen: int | None = None) -> None:
    market.ordering.terminate(order_id=order_id, to_buyer_fen=to_buyer_fen, reason="裁定", request=STAFF)


DEAR = ("k-1", 4_000)  # so dear that a third of it wants two operators
COLLEAGUE = DeedRequest(actor="colleague")


def ruling(market: Market) -> None:
    """One proposes, another takes its place, a third confirms; of an order and of a refund."""
    for state in PAID:
        order_id = order_in(market, state, DEAR)
        terminate(market, order_id, 5)
        terminate(market, order_id, 6)
        market.ordering.terminate(order_id=order_id, to_buyer_fen=6, reason="同意", request=COLLEAGUE)
        assert market.order(order_id).state is O.TERMINATED
    order_id = order_in(market, O.WAIT_BUYER_RECEIVE, DEAR)
    market.confirm(order_id)
    refund_id = market.refund(order_id, 1_000_000)
    for who in (STAFF, COLLEAGUE):
        market.ordering.decide_refund(
            order_id=order_id, refund_id=refund_id, for_buyer=True, reason="裁定", request=who
        )
    assert market.order(order_id).refunded_fen == 1_000_000


def test_orders_do_what_their_table_says(market: Market, watch: Watch) -> None:
    placing(market)
    ruling(market)
    paying_and_shipping(market)
    ending_before_payment(market)
    running_out_of_time(market)
    for state in HOLDING:
        ending_by_agreement(market, state)
    for state in PAID:
        refunding(market, state)
        terminate(market, order_in(market, state), to_buyer_fen=1)
    assert watch.missing(ORDER, RULING) == []


def placing(market: Market) -> None:
    ordering, approver = market.ordering, market.ask(APPROVER)
    refused, approved = order_in(market, O.WAIT_APPROVAL), order_in(market, O.WAIT_APPROVAL)
    ordering.refuse(order_id=refused, reason="太贵", by=APPROVER, request=approver)
    change_price(market, approved, 14_000)
    ordering.approve(order_id=approved, expected_version=None, by=APPROVER, request=approver)
    change_price(market, approved, 13_000)
    market.limits.limit_fen = 0
    change_price(market, approved, 15_000)
    market.limits.limit_fen = None
    assert market.order(approved).state is O.WAIT_APPROVAL


def paying_and_shipping(market: Market) -> None:
    ordering = market.ordering
    in_stages = market.place(plan=Plan.THREE_STAGES)
    for _ in range(2):
        market.pay(in_stages)
    market.ship(in_stages, {1: 1})
    market.ship(in_stages)
    market.pay(in_stages)
    for party in (BUYER, SELLER):
        ordering.postpone(order_id=in_stages, by=party, request=market.ask(party))
    market.confirm(in_stages)
    short = order_in(market, O.WAIT_SELLER_SEND)
    market.ship(short, {1: 1})
    ordering.close_short(order_id=short, reason="缺货", by=SELLER, request=market.ask(SELLER))
    assert market.order(short).state is O.WAIT_BUYER_RECEIVE


def ending_before_payment(market: Market) -> None:
    for state, party in ((O.WAIT_APPROVAL, BUYER), (O.WAIT_BUYER_PAY, BUYER), (O.WAIT_BUYER_PAY, SELLER)):
        market.cancel(order_in(market, state), by=party)
    for state in (O.WAIT_APPROVAL, O.WAIT_BUYER_PAY):
        terminate(market, order_in(market, state))


def ending_by_agreement(market: Market, state: OrderState) -> None:
    """The seller proposes to end an order in this state, and takes that back; the buyer declines, then agrees."""
    order_id, ordering = order_in(market, state), market.ordering
    seller, buyer = market.ask(SELLER), market.ask()

    def offer() -> None:
        ordering.offer_end(order_id=order_id, reason="断货", by=SELLER, request=seller)

    offer()
    ordering.withdraw_end(order_id=order_id, by=SELLER, request=seller)
    offer()
    ordering.decline_end(order_id=order_id, reason="我们等", by=BUYER, request=buyer)
    offer()
    ordering.agree_end(order_id=order_id, by=BUYER, request=buyer)
    assert market.order(order_id).state is O.TERMINATED


def running_out_of_time(market: Market) -> None:
    waiting = [order_in(market, state) for state in ORDER.states if state not in (*ORDER.terminal, O.WAIT_SELLER_SEND)]
    kept_back = market.place(plan=Plan.THREE_STAGES)
    for _ in range(2):
        market.pay(kept_back)
    market.ship(kept_back)
    market.later(LONG)
    ended = [market.order(order_id).state for order_id in (*waiting, kept_back)]
    assert ended == [O.CANCEL, O.CANCEL, O.TERMINATED, O.SUCCESS, O.TERMINATED]


def refunding(market: Market, state: OrderState) -> None:
    """Of an order in this state: every step by everybody who may, parts of the money, and all of it."""
    order_id = order_in(market, state)
    refund_id = market.refund(order_id, 100)
    refuse(market, order_id, refund_id)
    modify(market, order_id, refund_id)
    decide(market, order_id, refund_id, for_buyer=False)
    refuse(market, order_id, market.refund(order_id, 100))
    market.later(OrderOptions().refund_buyer_seconds)  # the request rests
    market.agree(order_id, market.refund(order_id, 100))
    decide(market, order_id, market.refund(order_id, 100), for_buyer=True)
    market.refund(order_id, 100)
    market.later(OrderOptions().refund_seller_seconds)  # silence is consent
    order = market.order(order_id)
    assert (order.state, order.refunded_fen) == (state, 300)
    market.agree(order_id, market.refund(order_id, order.held_fen))
    decided, silent = order_in(market, state), order_in(market, state)
    decide(market, decided, market.refund(decided, market.order(decided).held_fen), for_buyer=True)
    market.refund(silent, market.order(silent).held_fen)
    market.later(OrderOptions().refund_seller_seconds)
    assert {market.order(each).state for each in (order_id, decided, silent)} == {O.TERMINATED}


def test_refunds_do_what_their_table_says(market: Market, watch: Watch) -> None:
    for state in (R.WAIT_SELLER, R.WAIT_BUYER_MODIFY, R.WAIT_BUYER_SEND, R.WAIT_SELLER_RECEIVE):
        for for_buyer in (True, False):
            decide(market, *refund_in(market, state), for_buyer=for_buyer)
        if state is not R.WAIT_SELLER_RECEIVE:
            order_id, refund_id = refund_in(market, state)
            who = {"order_id": order_id, "refund_id": refund_id}
            market.ordering.withdraw_refund(**who, by=BUYER, request=market.ask())
    order_id, refund_id = refund_in(market, R.WAIT_SELLER_RECEIVE)
    who = {"order_id": order_id, "refund_id": refund_id}
    market.ordering.reject_return(**who, reason="少一件", by=SELLER, request=market.ask(SELLER))
    modify(market, order_id, refund_id)
    modify(market, order_id, refund_id)
    market.agree(order_id, refund_id)
    order_id, refund_id = refund_in(market, R.WAIT_SELLER_RECEIVE)
    market.ordering.receive_return(order_id=order_id, refund_id=refund_id, by=SELLER, request=market.ask(SELLER))
    for state in (R.WAIT_SELLER, R.WAIT_BUYER_MODIFY, R.WAIT_BUYER_SEND, R.WAIT_SELLER_RECEIVE):
        refund_in(market, state)
    without_goods = order_in(market, O.WAIT_BUYER_RECEIVE)
    market.refund(without_goods, 100)
    after_success = order_in(market, O.WAIT_BUYER_RECEIVE)
    market.confirm(after_success)
    market.refund(after_success, 100)
    market.later(LONG)  # nobody says anything any more
    market.later(LONG)
    assert watch.missing(REFUND) == []


def test_payments_do_what_their_table_says(market: Market, watch: Watch) -> None:
    ends = {
        "buyer": lambda order_id: market.cancel(order_id),
        "seller": lambda order_id: market.cancel(order_id, by=SELLER),
        "staff": lambda order_id: terminate(market, order_id),
        "timer": lambda _: market.later(LONG),
        "gateway": lambda order_id: another_is_paid(market, order_id),
    }
    for opened in (created, pending):
        _, payment_id = opened(market)
        market.ordering.sandbox_pay(payment_id)
        _, payment_id = opened(market)
        market.ordering.sandbox_pay(payment_id, fails=True)
        market.ordering.sandbox_pay(payment_id)  # all the same: too late
        _, payment_id = opened(market)
        market.gateway.pay(payment_id, amount_fen=1)
        market.ordering.deliver_sandbox_notices()
        for end in ends.values():
            order_id, payment_id = opened(market)
            end(order_id)
        market.ordering.sandbox_pay(payment_id)  # of one that is closed
    market.gateway.pay("never-heard-of", amount_fen=5)
    market.ordering.deliver_sandbox_notices()
    market.later(LONG)
    assert market.balances()["suspense"] == 0
    query = "SELECT transfer_id FROM transfers JOIN payments USING (payment_id) WHERE payments.order_id <> ''"
    market.gateway.bounce(rows(market.record, query)[0][0])
    market.ordering.deliver_sandbox_notices()
    assert watch.missing(PAYMENT, TRANSFER) == []


def pending(market: Market) -> tuple[str, str]:
    """An order, and its payment that the payer may pay."""
    order_id = market.place()
    return order_id, market.open_payment(order_id)


def created(market: Market) -> tuple[str, str]:
    """An order, and its payment, of which the gateway's answer was lost."""
    order_id = market.place()
    market.gateway.faults = SandboxFaults(lose_charges=10**6)
    with pytest.raises(GatewayAway):
        market.open_payment(order_id)
    market.gateway.faults = NO_FAULTS
    return order_id, str(rows(market.record, f"SELECT payment_id FROM payments WHERE order_id = '{order_id}'")[0][0])


def another_is_paid(market: Market, order_id: str) -> None:
    """Two that were opened at once, as PostgreSQL lets happen; the other one is paid."""
    (payment_id,) = rows(market.record, f"SELECT payment_id FROM payments WHERE order_id = '{order_id}'")[0]
    twin = f"twin-of-{payment_id}"
    with market.record.engine.begin() as connection:
        columns = "version, state, order_id, stage, amount_fen, received_fen, refunded_fen, gateway, gateway_id,"
        columns += " pay_url, created_by, created_at, changed_at"
        connection.exec_driver_sql(
            f"INSERT INTO payments (payment_id, {columns})"
            f" SELECT '{twin}', {columns} FROM payments WHERE payment_id = '{payment_id}'"
        )
        connection.exec_driver_sql(f"INSERT INTO timers VALUES ('{twin}', 'payment', {market.clock.now() + 60}, 0)")
    market.gateway.charge(payment_id=twin, amount_fen=market.due_fen(order_id), subject="")
    market.ordering.sandbox_pay(twin)


def test_offers_do_what_their_table_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FixedClock(NOW)
    with (
        closing(open_house(home, clock=clock)) as free,
        closing(open_house(home, clock=clock, audit_offers=True)) as audited,
    ):
        for supplier_id in ("s-1", "s-2"):
            free.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name=supplier_id), request=ADMIN)
        watch = Watch(free.engine)
        watch.begin(monkeypatch)
        for number, seller in enumerate(("s-1", None)):
            publishing(free, audited, seller, f"o-{number}")
        assert watch.missing(OFFER) == []


def publishing(free: Record, audited: Record, seller: str | None, name: str) -> None:
    """Everything that this seller (None: the staff) may do with offers, and what the staff does about them."""
    numbers = iter(range(1_000))

    def content(offer_id: str) -> dict[str, object]:
        stated = draft(offer_id, title=f"螺丝 {next(numbers)}", supplier_id=seller or "s-1")
        return {"draft": stated, "seller": seller, "request": ADMIN}

    def move(offer_id: str, event: OfferEvent, *, by: str | None = seller) -> None:
        audited.move_offer(offer_id=offer_id, event=event, seller=by, reason="图文不符", request=ADMIN)

    def in_state(state: str) -> str:
        """A new offer in this state."""
        offer_id = f"{name}-{next(numbers)}"
        free.save_draft(**content(offer_id))  # type: ignore[arg-type]
        if state in ("in_audit", "refused"):
            move(offer_id, OfferEvent.SUBMIT)
        if state == "refused":
            move(offer_id, OfferEvent.REFUSE, by=None)
        if state in ("live", "withdrawn", "taken_down"):
            free.publish_offer(**content(offer_id))  # type: ignore[arg-type]
        if state == "withdrawn":
            free.withdraw_offer(offer_id=offer_id, seller=seller, request=ADMIN)
        if state == "taken_down":
            free.takedown_offer(offer_id=offer_id, reason="侵权", request=ADMIN)
        return offer_id

    for state in ("draft", "refused"):
        free.save_draft(**content(in_state(state)))  # type: ignore[arg-type]
    for state in ("draft", "refused", "withdrawn"):
        move(in_state(state), OfferEvent.SUBMIT)
        free.publish_offer(**content(in_state(state)))  # type: ignore[arg-type]
        move(in_state(state), OfferEvent.DISCARD)
    for site in (free, audited):
        site.publish_offer(**content(f"{name}-{next(numbers)}"))  # type: ignore[arg-type]
    move(in_state("in_audit"), OfferEvent.RECALL)
    move(in_state("in_audit"), OfferEvent.APPROVE, by=None)
    free.revise_offer(**content(in_state("live")), expected_version=None)  # type: ignore[arg-type]
    move(in_state("withdrawn"), OfferEvent.RELIST)
    free.takedown_offer(offer_id=in_state("withdrawn"), reason="侵权", request=ADMIN)
    for withdrawn in (False, True):
        offer_id = in_state("taken_down")
        if withdrawn:
            free.withdraw_offer(offer_id=offer_id, seller=seller, request=ADMIN)
        free.lift_takedown(offer_id=offer_id, reason="无误", request=ADMIN)


def test_members_and_verifications_do_what_their_tables_say(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, _ = town.seller()
    _, colleague = town.staff("a@market.example.com"), town.staff("b@market.example.com")
    watch = Watch(town.record.engine, sellers=(owner.company_id,))
    watch.begin(monkeypatch)
    member = town.colleague(owner, "buyer@s.example.com")
    invited = town.people.invite_member(
        company_id=owner.company_id, login="late@s.example.com", email="", name="张伟", roles=["buyer"],
        spend_limit_fen=None, request=SELF,
    ).subject_id  # fmt: skip
    suspended = town.colleague(owner, "other@s.example.com").member_id
    for member_id, event in (
        (member.member_id, MemberEvent.SUSPEND), (member.member_id, MemberEvent.REINSTATE),
        (suspended, MemberEvent.SUSPEND), (suspended, MemberEvent.REMOVE),
        (member.member_id, MemberEvent.REMOVE), (invited, MemberEvent.REMOVE),
    ):  # fmt: skip
        town.people.move_member(company_id=owner.company_id, member_id=member_id, event=event, request=SELF)
    town.people.move_staff.suspend(member_id=colleague.member_id, reason="离职", request=STAFF)
    town.people.move_staff.reinstate(member_id=colleague.member_id, request=STAFF)
    assert watch.missing(MEMBER_MACHINE) == []
    verifying(town, owner)
    assert watch.missing(VERIFICATION_MACHINE) == []


def verifying(town: Town, owner: Person) -> None:
    people, company_id, documents = town.people, owner.company_id, town.licence(owner)

    def submitted() -> str:
        return people.submit_verification(company_id=company_id, documents=documents, request=SELF).subject_id

    def approved() -> str:
        verification_id = submitted()
        people.decide_verification.approve(
            verification_id=verification_id, expires_at=town.clock.now() + DAY, request=STAFF
        )
        return verification_id

    people.decide_verification.refuse(verification_id=submitted(), reason="看不清", request=STAFF)
    people.withdraw_verification(verification_id=submitted(), company_id=company_id, request=SELF)
    people.withdraw_verification(verification_id=approved(), company_id=company_id, request=SELF)
    people.withdraw_verification(verification_id=approved(), company_id=None, reason="造假", request=STAFF)
    approved()
    town.clock.seconds += DAY
    assert people.expire_verifications() == 1


def test_a_deed_that_does_more_or_less_than_its_row_is_caught(market: Market, watch: Watch) -> None:
    """The watch itself: the same deed against a table that says another thing."""
    order_id = market.place()
    rows_of_the_table = tuple(
        dataclasses.replace(move, effects=move.effects[:1]) if str(move.event) == "cancel" else move
        for move in ORDER.moves
    )
    other = dataclasses.replace(ORDER, moves=rows_of_the_table)
    kept = ORDER.__dict__.get("_table")
    ORDER.__dict__["_table"] = other._table
    try:
        with pytest.raises(AssertionError, match="cancel"):
            market.cancel(order_id)
    finally:
        ORDER.__dict__["_table"] = kept
