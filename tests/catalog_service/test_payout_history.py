"""Whatever sellers, buyers, the gateway and time do about earnings, in whatever order: the record agrees with a model
of a few lines, the ledger holds, and no fen leaves twice or is given back twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

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

from catalog_service.adapters.gateway.sandbox import NO_FAULTS, SandboxFaults
from catalog_service.domain.money.ledger import FundsShort
from catalog_service.domain.money.statements import Difference, DifferenceKind
from catalog_service.domain.orders.options import DAY
from catalog_service.use_cases.money.request_payout import PayoutLimit
from catalog_service.use_cases.orders.open_refund import AfterSaleOver
from kernel.errors import PifaError
from tests.catalog_service.trade import BUYER, Market, earn, open_market

GATEWAYS = (
    NO_FAULTS,
    SandboxFaults(slow_payouts=10**6),
    SandboxFaults(fail_payouts=True),
    SandboxFaults(refuse_payouts=True),
    SandboxFaults(lose_payouts=10**6),
    SandboxFaults(lose_payouts=10**6, lose_payout_finds=10**6, callbacks=3),
    SandboxFaults(callbacks=2, callbacks_shuffled=True, bad_signature=True),
    SandboxFaults(callbacks=0),
)


class PayoutHistory(RuleBasedStateMachine):
    """``free``: the balance; ``flying`` and ``left``: by payout; ``kept``: by order that has succeeded, what the buyer
    may ask back; ``asked``: by refund that is open, its order and sum."""

    new_home: ClassVar[Callable[[], Path]]

    @initialize()
    def open(self) -> None:
        self.market: Market = open_market(type(self).new_home())
        self.free = self.paid = 0
        self.flying: dict[str, int] = {}
        self.left: dict[str, int] = {}
        self.kept: dict[str, int] = {}
        self.asked: dict[str, tuple[str, int]] = {}
        self.usable_at: int | None = None

    def teardown(self) -> None:
        if hasattr(self, "market"):
            self.gateway(NO_FAULTS)
            self.time_passes(100_000)
            assert not self.flying
            self.agrees_with_the_model()
            assert self.market.ordering.verify().faults == ()
            self.market.close()

    @property
    def disputed(self) -> int:
        return sum(fen for _, fen in self.asked.values())

    @precondition(lambda self: len(self.kept) < 3)
    @rule(pieces=st.integers(1, 9))
    def earn(self, pieces: int) -> None:
        if self.usable_at is None:
            self.usable_at = self.market.clock.now() + DAY
        faults, self.market.gateway.faults = self.market.gateway.faults, NO_FAULTS
        order_id = earn(self.market, pieces)
        self.market.gateway.faults = faults
        self.kept[order_id] = pieces * 1_250 + 800
        self.free += self.kept[order_id]

    @precondition(lambda self: self.usable_at is not None)
    @rule()
    def change_account(self) -> None:
        self.market.set_account()
        self.usable_at = self.market.clock.now() + DAY

    @rule(share=st.sampled_from([1, 30, 100, 101]))
    def withdraw(self, share: int) -> None:
        most = self.free - self.disputed
        fen = max(1, most * share // 100)
        cools = self.usable_at is None or self.market.clock.now() < self.usable_at
        allowed = not cools and 100 <= fen <= most
        try:
            payout_id = self.market.withdraw(fen)
        except PayoutLimit:
            return
        except PifaError:
            if allowed:
                raise
            return
        assert allowed
        self.flying[payout_id] = fen
        self.free -= fen

    @precondition(lambda self: self.kept)
    @rule(fen=st.sampled_from([1, 500]))
    def ask_back(self, fen: int) -> None:
        order_id = next(iter(self.kept))
        allowed = self.kept[order_id] >= fen and order_id not in {order for order, _ in self.asked.values()}
        try:
            refund_id = self.market.refund(order_id, fen)
        except AfterSaleOver:
            return
        except PifaError:
            if allowed:
                raise
            return
        assert allowed
        self.asked[refund_id] = (order_id, fen)

    @precondition(lambda self: self.asked)
    @rule(agrees=st.booleans())
    def answer(self, agrees: bool) -> None:
        refund_id, (order_id, fen) = next(iter(self.asked.items()))
        who = {"order_id": order_id, "refund_id": refund_id}
        if not agrees:
            self.market.ordering.withdraw_refund(**who, by=BUYER, request=self.market.ask())
            del self.asked[refund_id]
            return
        if self.free >= fen:
            self.market.agree(order_id, refund_id)
            self._goes_back(refund_id)
            return
        with pytest.raises(FundsShort):  # it was withdrawn before anybody asked, and there is no guarantee
            self.market.agree(order_id, refund_id)

    @rule(faults=st.sampled_from(GATEWAYS))
    def gateway(self, faults: SandboxFaults) -> None:
        self.market.gateway.faults = faults
        self.market.gateway._lost = dict.fromkeys(self.market.gateway._lost, 0)

    @rule(seconds=st.sampled_from([0, 60, 3_600, DAY]))
    def time_passes(self, seconds: int) -> None:
        self.market.later(seconds)
        self._hear()

    @rule()
    def callbacks_come(self) -> None:
        for headers, body in self.market.gateway.due_notices():
            try:
                self.market.ordering.take_notice(headers=headers, body=body)
            except PifaError:
                continue
        self._hear()

    @precondition(lambda self: self.left)
    @rule(wrong_fen=st.sampled_from([0, 0, 1]))
    def bank_sends_back(self, wrong_fen: int) -> None:
        """What was paid, told of by whatever the gateway does and found by reconciliation at the latest; twice."""
        payout_id, fen = next(iter(self.left.items()))
        bounce_id = self.market.gateway.bounce(payout_id, amount_fen=fen + wrong_fen)
        lost = Difference(
            kind=DifferenceKind.MISSING_IN_LEDGER, reference=bounce_id, gateway_fen=fen + wrong_fen, ledger_fen=0
        )
        self.gateway(NO_FAULTS)
        outcomes = [dict(self.market.ordering.settle_missing([lost])) for _ in range(2)]
        assert outcomes == ([{"differs": 1}] * 2 if wrong_fen else [{"bounced": 1}, {"seen": 1}])
        if not wrong_fen:
            del self.left[payout_id]
            self.free += fen
            assert str(self.market.payout(payout_id).state) == "bounced"

    def _hear(self) -> None:
        """What the gateway has decided since; its own books are the witness, ours have to follow."""
        for payout_id, fen in list(self.flying.items()):
            state = str(self.market.payout(payout_id).state)
            if state not in ("paid", "failed"):
                continue
            with self.market.gateway._transaction() as books:
                row = books.execute("SELECT state FROM payouts WHERE payout_id = ?", (payout_id,)).fetchone()
            assert row == (state,)
            del self.flying[payout_id]
            if state == "paid":
                self.paid += fen
                self.left[payout_id] = fen
            else:
                self.free += fen
        for refund_id, (order_id, _) in list(self.asked.items()):
            if not self.market.order(order_id).open_refund_id:  # a seller who said nothing agreed
                self._goes_back(refund_id)

    def _goes_back(self, refund_id: str) -> None:
        order_id, fen = self.asked.pop(refund_id)
        self.kept[order_id] -= fen
        self.free -= fen

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "market"):
            return
        funds, sums = self.market.funds(), self.market.balances()
        assert (funds.payable_fen, funds.disputed_fen) == (self.free, self.disputed)
        assert (funds.in_flight_fen, sums["payout"], sums["payable"]) == (
            sum(self.flying.values()), sum(self.flying.values()), self.free,
        )  # fmt: skip
        assert sums["total"] == 0
        left = [line for line in self.market.gateway.statement(since=0, until=2**40) if line.kind == "payout"]
        assert self.paid <= -sum(line.amount_fen for line in left) <= self.paid + sum(self.flying.values())
        assert len({line.reference for line in left}) == len(left)


def test_any_order_of_deeds_answers_and_time_agrees_with_the_model(new_home: Callable[[str], Path]) -> None:
    numbers = itertools.count()
    machine = type("OverHomes", (PayoutHistory,), {"new_home": staticmethod(lambda: new_home(f"home-{next(numbers)}"))})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
