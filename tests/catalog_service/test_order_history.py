"""Whatever buyer, seller, staff, gateway and time do, in whatever order: the record agrees with a model of a few lines,
money is conserved, and an order that has ended holds none."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.orders.options import OrderOptions
from catalog_service.domain.orders.plans import Plan
from kernel.errors import PifaError
from tests.catalog_service.house import rows
from tests.catalog_service.trade import APPROVER, BUYER, FREIGHT_FEN, SELLER, Market, open_market

PIECES, UNIT_FEN = 4, 1250
PAYABLE_FEN = PIECES * UNIT_FEN + FREIGHT_FEN
LIMIT_FEN = PAYABLE_FEN - 1
SHARES = {Plan.FULL: (100,), Plan.DEPOSIT_30: (30, 70), Plan.THREE_STAGES: (60, 30, 10)}
BEFORE_SHIPPING = {Plan.FULL: 1, Plan.DEPOSIT_30: 2, Plan.THREE_STAGES: 2}
ENDED = ("success", "cancel", "terminated")
UNPAID, ALIVE = ("waitapproval", "waitbuyerpay"), ("waitstagepay", "waitsellersend", "waitbuyerreceive")
OPTIONS = OrderOptions()
STAFF = DeedRequest(actor="admin")


@dataclass
class Modelled:
    """An order as a person would tell it."""

    plan: Plan
    state: str = "waitbuyerpay"
    payable: int = PAYABLE_FEN
    approved: int = PAYABLE_FEN
    stages: int = 0
    paid: int = 0
    refunded: int = 0
    released: int = 0
    shipped: int = 0
    short: bool = False
    postponed: int = 0
    refund: dict[str, Any] | None = None
    due_at: int | None = None
    finished_at: int = 0
    offered: int = 0  # the version that the seller's proposal to end it made
    payments: list[str] = field(default_factory=list)

    @property
    def held(self) -> int:
        return self.paid - self.refunded - self.released

    def stage_fen(self) -> int | None:
        """What may be paid now."""
        shares = SHARES[self.plan]
        if self.stages == len(shares):
            return None
        last = self.stages >= BEFORE_SHIPPING[self.plan]
        if self.state not in (("waitbuyerreceive",) if last else ("waitbuyerpay", "waitstagepay")):
            return None
        upto = sum(shares[: self.stages + 1])
        return self.payable * upto // 100 - self.payable * (upto - shares[self.stages]) // 100

    def fund(self, now: int) -> None:
        self.paid += self.stage_fen() or 0
        self.stages += 1
        if self.state == "waitbuyerreceive":
            return
        ready = self.stages >= BEFORE_SHIPPING[self.plan]
        self.enter("waitsellersend" if ready else "waitstagepay", now)
        if self.refund:  # the order's time rests
            self.due_at = None

    def enter(self, state: str, now: int) -> None:
        self.state = state
        self.restart(now)
        if state in ENDED:
            self.finished_at = now

    def restart(self, now: int) -> None:
        seconds: dict[str, int] = {
            "waitapproval": OPTIONS.approve_seconds,
            "waitbuyerpay": OPTIONS.pay_seconds,
            "waitstagepay": OPTIONS.stage_seconds,
            "waitbuyerreceive": OPTIONS.receive_seconds + (OPTIONS.last_stage_seconds if self.last_open else 0),
        }
        self.due_at = now + seconds[self.state] if self.state in seconds else None

    @property
    def last_open(self) -> bool:
        return BEFORE_SHIPPING[self.plan] <= self.stages < len(SHARES[self.plan])

    def give_back(self, amount: int, now: int) -> None:
        """A refund succeeds."""
        self.refund = None
        whole = self.state not in ENDED and amount >= self.held
        self.refunded += amount
        if self.state in ENDED:
            self.released -= amount
        elif whole:
            self.enter("terminated", now)
        else:
            self.restart(now)

    def out_of_time(self, now: int) -> None:
        if self.state in UNPAID:
            self.enter("cancel", now)
        elif self.state == "waitstagepay":
            self.refunded += self.held
            self.enter("terminated", now)
        else:
            lapsed = self.last_open
            self.released += self.held
            self.enter("terminated" if lapsed else "success", now)


class OrderHistory(RuleBasedStateMachine):
    new_home: ClassVar[Callable[[], Path]]

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Modelled] = {}

    @initialize()
    def open(self) -> None:
        self.market: Market = open_market(type(self).new_home())

    def teardown(self) -> None:
        if hasattr(self, "market"):
            self.market.settle()
            assert self.market.balances()["suspense"] == 0
            self.market.close()

    @property
    def now(self) -> int:
        return self.market.clock.seconds

    def one(self, choice: int) -> tuple[str, Modelled]:
        return list(self.model.items())[choice % len(self.model)]

    def attempt(self, order_id: str, allowed: bool, deed: Callable[[], Any]) -> bool:
        """Done when the model allows it; else refused, and nothing moved."""
        if allowed:
            deed()
            return True
        before = self.market.order(order_id)
        with pytest.raises(PifaError):
            deed()
        assert self.market.order(order_id) == before
        return False

    @precondition(lambda self: len(self.model) < 3)
    @rule(plan=st.sampled_from(Plan), above=st.booleans())
    def place(self, plan: Plan, above: bool) -> None:
        self.market.limits.limit_fen = LIMIT_FEN if above else None
        order_id = self.market.place(("k-1", PIECES), plan=plan)
        order = self.model[order_id] = Modelled(plan=plan)
        if above:
            order.state, order.approved = "waitapproval", 0
        order.restart(self.now)

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2), agrees=st.booleans(), own=st.booleans())
    def approve(self, choice: int, agrees: bool, own: bool) -> None:
        order_id, order = self.one(choice)
        by, ordering = BUYER if own else APPROVER, self.market.ordering

        def deed() -> None:
            if agrees:
                ordering.approve(order_id=order_id, expected_version=None, by=by, request=self.market.ask(by))
            else:
                ordering.refuse(order_id=order_id, reason="贵", by=by, request=self.market.ask(by))

        if self.attempt(order_id, order.state == "waitapproval" and not own, deed):
            order.approved = order.payable
            order.enter("waitbuyerpay" if agrees else "cancel", self.now)

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2), pays=st.booleans())
    def pay(self, choice: int, pays: bool) -> None:
        order_id, order = self.one(choice)
        fen = order.stage_fen()

        def deed() -> None:
            receipt = self.market.ordering.pay(
                order_id=order_id, amount_fen=fen or PAYABLE_FEN, by=BUYER, request=self.market.ask()
            )
            if receipt.subject_id not in order.payments:
                order.payments.append(receipt.subject_id)
            if pays:
                self.market.ordering.sandbox_pay(receipt.subject_id)

        if self.attempt(order_id, fen is not None and order.refund is None, deed) and pays:
            order.payments.pop()
            order.fund(self.now)

    @precondition(lambda self: any(order.payments for order in self.model.values()))
    @rule()
    def pay_what_was_opened_before(self) -> None:
        """It still fits, or the money goes back."""
        order_id, order = next((key, each) for key, each in self.model.items() if each.payments)
        payment_id = order.payments.pop()
        state, amount, stage = rows(
            self.market.record, f"SELECT state, amount_fen, stage FROM payments WHERE payment_id = '{payment_id}'"
        )[0]
        fits = state == "pending" and (amount, stage) == (order.stage_fen(), order.stages + 1)
        before = self.market.order(order_id)
        self.market.ordering.sandbox_pay(payment_id)
        if fits:
            order.fund(self.now)
        else:
            assert self.market.order(order_id) == before

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2), seller=st.booleans())
    def cancel(self, choice: int, seller: bool) -> None:
        order_id, order = self.one(choice)
        by = SELLER if seller else BUYER
        allowed = order.state == "waitbuyerpay" or (order.state == "waitapproval" and not seller)
        if self.attempt(order_id, allowed, lambda: self.market.cancel(order_id, by=by)):
            order.enter("cancel", self.now)

    @precondition(lambda self: self.model)
    @rule(
        choice=st.integers(0, 2), payable=st.sampled_from([0, 1_001, PAYABLE_FEN, 6_900, 7_000]), limited=st.booleans()
    )
    def change_price(self, choice: int, payable: int, limited: bool) -> None:
        order_id, order = self.one(choice)
        self.market.limits.limit_fen = LIMIT_FEN if limited else None
        allowed = order.state in UNPAID and 1 <= payable <= PAYABLE_FEN * 120 // 100

        def deed() -> None:
            self.market.ordering.change_price(
                order_id=order_id, payable_fen=payable, reason="改", expected_version=None, by=SELLER,
                request=self.market.ask(SELLER),
            )  # fmt: skip

        if self.attempt(order_id, allowed, deed):
            order.payable = payable
            if order.state == "waitbuyerpay" and limited and payable > max(order.approved, LIMIT_FEN):
                order.enter("waitapproval", self.now)

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2), pieces=st.integers(1, PIECES))
    def ship(self, choice: int, pieces: int) -> None:
        order_id, order = self.one(choice)
        left = PIECES - order.shipped
        allowed = order.state == "waitsellersend" and order.refund is None and pieces <= left
        if self.attempt(order_id, allowed, lambda: self.market.ship(order_id, {1: pieces})):
            order.shipped += pieces
            if order.shipped == PIECES:
                order.enter("waitbuyerreceive", self.now)

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2))
    def close_short(self, choice: int) -> None:
        order_id, order = self.one(choice)
        allowed = order.state == "waitsellersend" and order.refund is None and order.shipped > 0
        missing = (PIECES - order.shipped) * (order.payable - FREIGHT_FEN) // PIECES

        def deed() -> None:
            self.market.ordering.close_short(
                order_id=order_id, reason="缺货", by=SELLER, request=self.market.ask(SELLER)
            )

        if self.attempt(order_id, allowed, deed):
            order.refunded += min(max(missing, 0), order.held)
            order.short = True
            order.enter("waitbuyerreceive", self.now)

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2))
    def confirm(self, choice: int) -> None:
        order_id, order = self.one(choice)
        allowed = order.state == "waitbuyerreceive" and order.refund is None and not order.last_open
        if self.attempt(order_id, allowed, lambda: self.market.confirm(order_id)):
            order.released += order.held
            order.enter("success", self.now)

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2))
    def postpone(self, choice: int) -> None:
        order_id, order = self.one(choice)
        allowed = order.state == "waitbuyerreceive" and order.refund is None
        allowed = allowed and order.postponed < OPTIONS.postpones_max
        ask = self.market.ask()
        if self.attempt(
            order_id, allowed, lambda: self.market.ordering.postpone(order_id=order_id, by=BUYER, request=ask)
        ):
            order.postponed += 1
            order.due_at = (order.due_at or 0) + OPTIONS.postpone_seconds

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2), percent=st.sampled_from([1, 50, 100, 101]), goods=st.booleans())
    def open_refund(self, choice: int, percent: int, goods: bool) -> None:
        order_id, order = self.one(choice)
        most = order.released if order.state == "success" else order.held
        amount = most * percent // 100
        open_now = order.state in ALIVE or (
            order.state == "success" and self.now <= order.finished_at + OPTIONS.after_sale_seconds
        )
        allowed = open_now and order.refund is None and 1 <= amount <= most and (order.shipped > 0 or not goods)
        found: list[str] = []

        def deed() -> None:
            found.append(self.market.refund(order_id, amount, with_goods=goods))

        if self.attempt(order_id, allowed, deed):
            due_at = self.now + OPTIONS.refund_seller_seconds
            order.refund = {"id": found[0], "amount": amount, "goods": goods, "state": "waitseller", "due": due_at}
            order.due_at = None

    @precondition(lambda self: any(order.refund for order in self.model.values()))
    @rule(deed=st.sampled_from(["agree", "refuse", "modify", "send", "receive", "reject", "withdraw", "yes", "no"]))
    def answer_refund(self, deed: str) -> None:
        order_id, order = next((key, each) for key, each in self.model.items() if each.refund)
        refund = order.refund
        assert refund is not None
        state, goods, ordering = refund["state"], refund["goods"], self.market.ordering
        who = {"order_id": order_id, "refund_id": refund["id"]}
        buyer = {"by": BUYER, "request": self.market.ask()}
        seller = {"by": SELLER, "request": self.market.ask(SELLER)}
        table: dict[str, tuple[tuple[str, ...], Callable[[], Any], str]] = {
            "agree": (
                ("waitseller",), lambda: ordering.agree_refund(**who, **seller), "waitbuyersend" if goods else "paid"
            ),
            "refuse": (
                ("waitseller",), lambda: ordering.refuse_refund(**who, reason="不", **seller), "waitbuyermodify"
            ),
            "modify": (
                ("waitseller", "waitbuyermodify"),
                lambda: ordering.modify_refund(**who, amount_fen=1, with_goods=False, reason="改", **buyer),
                "waitseller",
            ),
            "send": (
                ("waitbuyersend",), lambda: ordering.send_back(**who, carrier="圆通", waybill="1", **buyer),
                "waitsellerreceive",
            ),
            "receive": (("waitsellerreceive",), lambda: ordering.receive_return(**who, **seller), "paid"),
            "reject": (
                ("waitsellerreceive",), lambda: ordering.reject_return(**who, reason="少", **seller), "waitbuyermodify"
            ),
            "withdraw": (
                ("waitseller", "waitbuyermodify", "waitbuyersend"),
                lambda: ordering.withdraw_refund(**who, **buyer), "closed",
            ),
            "yes": (
                (state,), lambda: ordering.decide_refund(**who, for_buyer=True, reason="裁定", request=STAFF), "paid"
            ),
            "no": (
                (state,), lambda: ordering.decide_refund(**who, for_buyer=False, reason="裁定", request=STAFF), "closed"
            ),
        }  # fmt: skip
        sources, act, target = table[deed]
        if not self.attempt(order_id, state in sources, act):
            return
        if deed == "modify":
            refund.update(amount=1, goods=False)
        self.refund_to(order, target)

    def refund_to(self, order: Modelled, target: str) -> None:
        refund = order.refund
        assert refund is not None
        if target == "paid":
            order.give_back(refund["amount"], self.now)
        elif target == "closed":
            order.refund = None
            if order.state not in ENDED:
                order.restart(self.now)
        else:
            seconds = {
                "waitseller": OPTIONS.refund_seller_seconds, "waitbuyermodify": OPTIONS.refund_buyer_seconds,
                "waitbuyersend": OPTIONS.refund_buyer_seconds,
                "waitsellerreceive": OPTIONS.refund_receive_seconds,
            }  # fmt: skip
            refund.update(state=target, due=self.now + seconds[target])

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2), percent=st.sampled_from([0, 40, 100]))
    def terminate(self, choice: int, percent: int) -> None:
        order_id, order = self.one(choice)
        back = order.held * percent // 100

        def deed() -> None:
            self.market.ordering.terminate(order_id=order_id, to_buyer_fen=back, reason="裁定", request=STAFF)

        if self.attempt(order_id, order.state in (*UNPAID, *ALIVE), deed):
            order.released += order.held - back
            order.refunded += back
            order.refund = None
            order.enter("cancel" if order.state in UNPAID else "terminated", self.now)

    @precondition(lambda self: self.model)
    @rule(choice=st.integers(0, 2), word=st.sampled_from(["offer_end", "agree_end", "decline_end", "withdraw_end"]))
    def end_by_agreement(self, choice: int, word: str) -> None:
        order_id, order = self.one(choice)
        stands = order.offered == self.market.order(order_id).version
        may = not stands and not order.shipped if word == "offer_end" else stands
        allowed = order.state in ("waitstagepay", "waitsellersend") and order.refund is None and may
        by = SELLER if word in ("offer_end", "withdraw_end") else BUYER
        said: dict[str, Any] = {"reason": "断货"} if word in ("offer_end", "decline_end") else {}

        def deed() -> None:
            getattr(self.market.ordering, word)(order_id=order_id, by=by, request=self.market.ask(by), **said)

        if not self.attempt(order_id, allowed, deed):
            return
        if word == "offer_end":
            order.offered = self.market.order(order_id).version
        elif word == "agree_end":
            order.refunded += order.held
            order.enter("terminated", self.now)

    @precondition(lambda self: self.model)
    @rule(seconds=st.sampled_from([1, 86_400]), to_the_next=st.booleans())
    def time_passes(self, seconds: int, to_the_next: bool) -> None:
        dues = [order.due_at for order in self.model.values() if order.due_at is not None]
        dues += [order.refund["due"] for order in self.model.values() if order.refund]
        if to_the_next and dues:
            seconds = max(min(dues) - self.now, 0)
        self.market.later(seconds)
        for order in self.model.values():
            if order.refund and order.refund["due"] <= self.now:
                state, goods = order.refund["state"], order.refund["goods"]
                agreed = "waitbuyersend" if goods else "paid"
                target = {"waitseller": agreed, "waitsellerreceive": "paid"}.get(state, "closed")
                self.refund_to(order, target)
            elif order.due_at is not None and order.due_at <= self.now:
                order.out_of_time(self.now)

    @invariant()
    def the_record_agrees(self) -> None:
        for order_id, order in self.model.items():
            stored = self.market.order(order_id)
            assert (
                str(stored.state), stored.payable_fen, stored.paid_fen, stored.refunded_fen, stored.released_fen,
                stored.stages_paid, stored.shipped_pieces, bool(stored.open_refund_id),
            ) == (
                order.state, order.payable, order.paid, order.refunded, order.released, order.stages, order.shipped,
                order.refund is not None,
            )  # fmt: skip
            assert order.state not in ENDED or stored.held_fen == 0

    @invariant()
    def money_is_conserved(self) -> None:
        if not hasattr(self, "market"):
            return
        balances = self.market.balances()
        assert balances["total"] == 0
        assert balances["escrow"] == sum(order.held for order in self.model.values())
        assert balances["payable"] == sum(order.released for order in self.model.values())
        assert self.market.ordering.verify().faults == ()

    @invariant()
    def goods_are_conserved(self) -> None:
        if not hasattr(self, "market"):
            return
        held = rows(self.market.record, "SELECT coalesce(sum(held), 0) FROM reservations")[0][0]
        waiting = [order for order in self.model.values() if order.state not in ENDED and not order.short]
        assert held == sum(PIECES - order.shipped for order in waiting)


def test_the_record_agrees_with_the_model_whatever_happens(new_home: Callable[[str], Path]) -> None:
    numbers = itertools.count()
    OrderHistory.new_home = staticmethod(lambda: new_home(f"home-{next(numbers)}"))
    run_state_machine_as_test(
        OrderHistory,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )  # fmt: skip
