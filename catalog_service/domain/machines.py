"""State machines as tables: what may happen to a thing, by whom, where it leads. What is not in the table is refused.

A machine is the one source of its states: the deeds ask it for the next state, the database's CHECK and the diagram in
the docs are derived from it, and its test is every state with every event by every actor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from kernel.errors import Conflict

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class Actor(StrEnum):
    """On whose behalf a thing is moved. ``OWNER``: who runs the company; ``MEMBER``: one of its people, for themselves;
    ``TIMER``: time ran out; ``GATEWAY``: the payment service's word."""

    BUYER = "buyer"
    APPROVER = "approver"
    SELLER = "seller"
    OWNER = "owner"
    MEMBER = "member"
    STAFF = "staff"
    TIMER = "timer"
    GATEWAY = "gateway"


class Effect(StrEnum):
    """What a move does beside changing the state, in the same transaction. It does nothing of these kinds that its row
    does not name, and leaves out only what would move nothing: no piece held, no fen to go back."""

    RESERVE = "reserve"  # the goods are held for the order
    SHIP_STOCK = "ship_stock"  # what leaves is held no more
    RELEASE_STOCK = "release_stock"  # what is still held is free again
    FUND = "fund"  # into the escrow
    RELEASE = "release"  # out of it, to the seller
    REFUND = "refund"  # out of it, or of the seller's money, with a transfer that carries it to the payer
    SUSPEND = "suspend"  # money that belongs nowhere, with a transfer that carries it back
    RETURN = "return"  # it has left
    WITHDRAW = "withdraw"  # out of a supplier's earnings, on their way to its bank
    PAY_OUT = "payout"  # they have left
    GIVE_BACK = "giveback"  # they could not leave, and are the supplier's with us again
    BOUNCE = "bounce"  # a bank sent it back: it is the supplier's again, or in suspense for the payer
    TELL_BUYER = "tell_buyer"  # a notice to the buyer's company
    TELL_SELLER = "tell_seller"
    TELL_OTHERS = "tell_others"  # a notice to each side that did not do it itself
    MAIL_LINK = "mail_link"


class MoveRefused(Conflict):
    """The state does not allow this actor the event; ``detail`` has ``state``, ``event`` and ``allowed`` ones."""

    code = "move_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Generic[S, E]):
    """One row of a table. ``source`` None: the thing comes into being. ``topics`` name what is announced: an outbox
    row of that subject (a refund's is its order's). Where one deed moves several things, it does what all their rows
    say."""

    source: S | None
    event: E
    target: S
    by: frozenset[Actor]
    effects: tuple[Effect, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Machine(Generic[S, E]):
    """``name`` is the thing's name in codes and columns, ``label`` in Chinese; ``state_labels`` and ``event_labels``
    are complete (a test holds them so)."""

    name: str
    label: str
    states: type[S]
    events: type[E]
    moves: Sequence[Move[S, E]]
    state_labels: dict[S, str] = field(default_factory=dict)
    event_labels: dict[E, str] = field(default_factory=dict)
    refusal: type[MoveRefused] = MoveRefused

    @cached_property
    def _table(self) -> dict[tuple[S | None, E, Actor], Move[S, E]]:
        table: dict[tuple[S | None, E, Actor], Move[S, E]] = {}
        for move in self.moves:
            for actor in move.by:
                place = (move.source, move.event, actor)
                if place in table:
                    raise ValueError(f"{self.name}: {place} leads to two states")
                table[place] = move
        return table

    @cached_property
    def terminal(self) -> frozenset[S]:
        """States that nothing leads out of."""
        return frozenset(self.states) - {move.source for move in self.moves if move.source is not None}

    def allowed(self, state: S | None, actor: Actor) -> list[E]:
        """The events that this actor may bring about now, in the table's order."""
        return list(dict.fromkeys(move.event for move in self.moves if move.source == state and actor in move.by))

    def move(self, state: S | None, event: E, actor: Actor, *, subject: str) -> Move[S, E]:
        """The row of the table, or ``MoveRefused`` that names the events which this actor may bring about."""
        found = self._table.get((state, event, actor))
        if found is not None:
            return found
        allowed = self.allowed(state, actor)
        now = self.state_labels.get(state, str(state)) if state is not None else "不存在"
        can = "、".join(self.event_labels.get(each, str(each)) for each in allowed) or "无"
        raise self.refusal(
            f"{self.label} {subject} {now}，不能{self.event_labels.get(event, str(event))}；现在可以：{can}",
            code=f"{self.name}_state",
            detail={
                "state": None if state is None else str(state),
                "event": str(event),
                "allowed": [str(each) for each in allowed],
            },
        )

    def check(self, column: str = "state") -> str:
        """The SQL condition that only these states meet."""
        return "{} IN ({})".format(column, ", ".join(f"'{state}'" for state in self.states))

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        return "\n".join(["stateDiagram-v2", *self._arrows()])

    def _arrows(self) -> Iterator[str]:
        for move in self.moves:
            who = "/".join(sorted(move.by))
            yield f"    {move.source or '[*]'} --> {move.target}: {move.event} ({who})"
        yield from (f"    {state} --> [*]" for state in self.states if state in self.terminal)


def moves(
    sources: Iterable[S | None],
    event: E,
    target: S,
    *by: Actor,
    effects: tuple[Effect, ...] = (),
    topics: tuple[str, ...] = (),
) -> tuple[Move[S, E], ...]:
    """The same move out of several states."""
    return tuple(
        Move(source=source, event=event, target=target, by=frozenset(by), effects=effects, topics=topics)
        for source in sources
    )


def moves_within(
    states: Iterable[S], event: E, *by: Actor, effects: tuple[Effect, ...] = (), topics: tuple[str, ...] = ()
) -> tuple[Move[S, E], ...]:
    """The same move within each of several states: it leads to where it came from."""
    return tuple(move for state in states for move in moves([state], event, state, *by, effects=effects, topics=topics))
