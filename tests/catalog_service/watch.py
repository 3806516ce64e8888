"""Watches what each commit does, and holds it against the rows of the machines that it moved along: states, goods,
ledger, transfers, outbox, audit, notices, mails and deadlines are read from the database, not asked of the deeds."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.adapters.sql.store import SqlRecordStore, SqlRecordTransaction
from catalog_service.domain.companies.members import MEMBER_MACHINE
from catalog_service.domain.companies.verification import VERIFICATION_MACHINE
from catalog_service.domain.machines import Actor, Effect, Machine, Move
from catalog_service.domain.money.payment_states import OPEN as OPEN_PAYMENT
from catalog_service.domain.money.payment_states import PAYMENT
from catalog_service.domain.money.payout_states import IN_FLIGHT, PAYOUT, PAYOUT_ACCOUNT
from catalog_service.domain.money.transfer_states import TRANSFER, TransferEvent
from catalog_service.domain.offers.revision_states import REVISION
from catalog_service.domain.offers.states import OFFER
from catalog_service.domain.orders.refund_states import OPEN as OPEN_REFUND
from catalog_service.domain.orders.refund_states import REFUND
from catalog_service.domain.orders.rulings import RULING
from catalog_service.domain.orders.states import ORDER, OrderState

AnyMachine = Machine[Any, Any]
AnyMove = Move[Any, Any]
Place = tuple[str, str | None, str, Actor]  # machine, source, event, actor: what stands once in the tables
# A transfer's state and attempts stand for its version.
_TRANSFERS = (
    "(SELECT transfer_id, state, CASE state WHEN 'pending' THEN 1 WHEN 'done' THEN 2 ELSE 3 END AS version"
    " FROM transfers) AS seen"
)
TABLES: dict[str, tuple[AnyMachine, str, str]] = {
    "order": (ORDER, "orders", "order_id"),
    "refund": (REFUND, "refunds", "refund_id"),
    "ruling": (RULING, "rulings", "ruling_id"),
    "payment": (PAYMENT, "payments", "payment_id"),
    "transfer": (TRANSFER, _TRANSFERS, "transfer_id"),
    "payout": (PAYOUT, "payouts", "payout_id"),
    "payout_account": (PAYOUT_ACCOUNT, "payout_accounts", "payout_account_id"),
    "offer": (OFFER, "offers", "offer_id"),
    "revision": (REVISION, "revisions", "offer_id"),
    "member": (MEMBER_MACHINE, "members", "member_id"),
    "verification": (VERIFICATION_MACHINE, "verifications", "verification_id"),
}
COUNTED = {
    "ledger": "SELECT kind, count(*) FROM ledger_entries GROUP BY kind",
    "goods": "SELECT kind, count(*) FROM stock_moves GROUP BY kind",
    "outbox": "SELECT kind, count(*) FROM outbox GROUP BY kind",
    "audit": "SELECT kind, count(*) FROM audit GROUP BY kind",
    "told": "SELECT company_id, count(*) FROM notices GROUP BY company_id",
    "mails": "SELECT 'link', count(*) FROM mails",
    "sent": "SELECT 'asked for', count(*) FROM transfers UNION ALL"
    " SELECT 'done', count(*) FROM transfers WHERE state <> 'pending'",
}
GOODS = {"reserve": Effect.RESERVE, "ship": Effect.SHIP_STOCK, "release": Effect.RELEASE_STOCK}
SUBJECT_OF = {"refund": "order"}  # a refund is announced as its order's new version
DEADLINES = (OrderState.WAIT_APPROVAL, OrderState.WAIT_BUYER_PAY, OrderState.WAIT_STAGE_PAY,
             OrderState.WAIT_BUYER_RECEIVE)  # fmt: skip
SILENT = {
    ("payment", "created", "submit"),
    ("payout", "requested", "submit"),
}  # the gateway has taken note of what is announced and audited already


@dataclass(frozen=True)
class Seen:
    """The record at one moment."""

    states: dict[str, dict[str, tuple[str, int]]]
    counts: dict[str, Counter[str]]
    timers: set[str]
    wanted_timers: set[str]


@dataclass
class Watch:
    """``buyer`` and ``seller``: the companies that notices go to. ``covered``: the places that were seen to do exactly
    what their rows say."""

    engine: sa.Engine
    buyer: str = "c-buyer"
    sellers: Collection[str] = ("c-seller",)
    covered: set[Place] = field(default_factory=set)
    commits: int = 0
    _made: list[tuple[AnyMachine, AnyMove, Actor]] = field(default_factory=list)

    def begin(self, patch: pytest.MonkeyPatch) -> None:
        """From now on every move and every commit of this thread is seen; chores of other tests' servers are not."""
        move, write, mine = Machine.move, SqlRecordStore.write, threading.get_ident()

        def moved(machine: AnyMachine, state: Any, event: Any, actor: Actor, *, subject: str) -> AnyMove:
            found = move(machine, state, event, actor, subject=subject)
            if threading.get_ident() == mine:
                self._made.append((machine, found, actor))
            return found

        def written(store: SqlRecordStore, work: Callable[[SqlRecordTransaction], Any]) -> Any:
            def anew(transaction: SqlRecordTransaction) -> Any:  # once more from the beginning, when it is done again
                self._made.clear()
                return work(transaction)

            if threading.get_ident() != mine:
                return write(store, work)
            before = self._look()
            result = write(store, anew)
            self._compare(before, self._look())
            return result

        patch.setattr(Machine, "move", moved)
        patch.setattr(SqlRecordStore, "write", written)

    def missing(self, *machines: AnyMachine) -> list[Place]:
        """The places of the tables that no commit has shown."""
        listed = [
            (machine.name, move.source, move.event, actor)
            for machine in machines
            for move in machine.moves
            for actor in sorted(move.by)
        ]
        return [place for place in listed if place not in self.covered]

    def _compare(self, before: Seen, after: Seen) -> None:
        self.commits += 1
        made = self._made
        said = [f"{machine.name}: {move.source} {move.event} ({actor})" for machine, move, actor in made]
        assert _moved(before, after) == Counter((m.name, move.source, move.target) for m, move, _ in made), said
        new = {name: after.counts[name] - before.counts[name] for name in COUNTED}
        assert all(not before.counts[name] - after.counts[name] for name in COUNTED), said  # nothing is taken back
        assert self._effects(new) == _effects_of(made, returned=new["sent"]["done"]), said
        assert new["outbox"] == _announced(made, returned=new["sent"]["done"]), said
        assert not new["outbox"] - new["audit"], said
        came_back = sum(machine is TRANSFER and move.event == TransferEvent.BOUNCE for machine, move, _ in made)
        assert new["sent"]["asked for"] == new["ledger"]["refund"] + new["ledger"]["suspend"] + came_back, said
        assert new["sent"]["done"] == new["ledger"]["return"], said
        assert after.timers == after.wanted_timers, said
        places = {(machine.name, move.source, move.event) for machine, move, _ in made}
        assert new["audit"] or places <= SILENT, said
        self.covered |= {(machine.name, move.source, move.event, actor) for machine, move, actor in made}

    def _effects(self, new: dict[str, Counter[str]]) -> set[Effect]:
        seen = {Effect(kind) for kind in new["ledger"]} | {GOODS[kind] for kind in new["goods"]}
        if new["mails"]:
            seen.add(Effect.MAIL_LINK)
        seen |= {Effect.TELL_BUYER if company == self.buyer else Effect.TELL_SELLER for company in new["told"]}
        assert set(new["told"]) <= {self.buyer, *self.sellers}
        return seen

    def _look(self) -> Seen:
        with self.engine.connect() as connection:

            def asked(sql: str) -> list[Any]:
                return list(connection.execute(sa.text(sql)))

            states = {
                name: {row[0]: (row[1], row[2]) for row in asked(f"SELECT {key}, state, version FROM {table}")}
                for name, (_, table, key) in TABLES.items()
            }
            counts = {name: Counter(dict(asked(sql))) for name, sql in COUNTED.items()}
            refunding = {row[0] for row in asked("SELECT order_id FROM orders WHERE open_refund_id <> ''")}
            waiting = {row[0] for row in asked("SELECT transfer_id FROM transfers WHERE state = 'pending'")}
            timers = {row[0] for row in asked("SELECT subject_id FROM timers")}
        wanted = waiting | {each for each, (state, _) in states["payment"].items() if state in OPEN_PAYMENT}
        wanted |= {each for each, (state, _) in states["refund"].items() if state in OPEN_REFUND}
        wanted |= {each for each, (state, _) in states["payout"].items() if state in IN_FLIGHT}
        wanted |= {each for each, (state, _) in states["order"].items() if state in DEADLINES} - refunding
        return Seen(states=states, counts=counts, timers=timers, wanted_timers=wanted)


def _moved(before: Seen, after: Seen) -> Counter[tuple[str, str | None, str]]:
    """What went from where to where. The rows of what has ended are written too, by refunds after success: it has moved
    when its state is another."""
    found: Counter[tuple[str, str | None, str]] = Counter()
    for name, (machine, _, _) in TABLES.items():
        for each, (state, version) in after.states[name].items():
            source, known = before.states[name].get(each, (None, 0))
            if version != known and not (source == state and state in machine.terminal):
                found[name, source, state] += 1
    return found


def _effects_of(made: list[tuple[AnyMachine, AnyMove, Actor]], *, returned: int) -> set[Effect]:
    """What the rows say; money on its way that has left says so without a move, where its payment stays paid."""
    wanted = {Effect.RETURN} if returned else set()
    for _, move, actor in made:
        wanted |= set(move.effects)
        if Effect.TELL_OTHERS in move.effects:
            wanted |= {Effect.TELL_BUYER} if actor is not Actor.BUYER else set()
            wanted |= {Effect.TELL_SELLER} if actor is not Actor.SELLER else set()
    return wanted - {Effect.TELL_OTHERS}


def _announced(made: list[tuple[AnyMachine, AnyMove, Actor]], *, returned: int) -> Counter[str]:
    """One outbox row for each subject that the rows have a topic of."""
    subjects = {topic.partition(".")[0] for _, move, _ in made for topic in move.topics}
    kinds = {SUBJECT_OF.get(subject, subject) for subject in subjects} | ({"payment"} if returned else set())
    return Counter(dict.fromkeys(kinds, 1))
