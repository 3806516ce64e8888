"""What must hold of every state machine: one way from each place, everything reachable, everything named."""

from __future__ import annotations

from enum import StrEnum
from itertools import product

import pytest

from catalog_service.domain.companies.members import MEMBER_MACHINE
from catalog_service.domain.companies.verification import VERIFICATION_MACHINE
from catalog_service.domain.machines import Actor, Effect, Machine, MoveRefused, moves
from catalog_service.domain.money.payment_states import PAYMENT
from catalog_service.domain.money.payout_states import PAYOUT
from catalog_service.domain.money.transfer_states import TRANSFER
from catalog_service.domain.offers.states import OFFER
from catalog_service.domain.orders.refund_states import REFUND
from catalog_service.domain.orders.states import ORDER


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    GONE = "gone"


class Push(StrEnum):
    BUILD = "build"
    OPEN = "open"
    SHUT = "shut"
    BREAK = "break"


DOOR = Machine(
    name="door",
    label="门",
    states=Door,
    events=Push,
    moves=(
        *moves([None], Push.BUILD, Door.SHUT, Actor.SELLER),
        *moves([Door.SHUT], Push.OPEN, Door.OPEN, Actor.BUYER, Actor.SELLER),
        *moves([Door.OPEN], Push.SHUT, Door.SHUT, Actor.BUYER, Actor.TIMER),
        *moves([Door.OPEN, Door.SHUT], Push.BREAK, Door.GONE, Actor.STAFF, effects=(Effect.REFUND,)),
    ),
    state_labels={Door.OPEN: "开着", Door.SHUT: "关着", Door.GONE: "没了"},
    event_labels={Push.BUILD: "造", Push.OPEN: "打开", Push.SHUT: "关上", Push.BREAK: "拆除"},
)
MACHINES: list[Machine] = [  # type: ignore[type-arg]
    DOOR, MEMBER_MACHINE, OFFER, ORDER, PAYMENT, PAYOUT, REFUND, TRANSFER, VERIFICATION_MACHINE,
]  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_is_reachable_and_every_word_is_named(machine: Machine) -> None:  # type: ignore[type-arg]
    reached, before = {None}, set()
    while reached != before:
        before = set(reached)
        reached |= {move.target for move in machine.moves if move.source in reached}
    assert reached - {None} == set(machine.states)
    assert set(machine.state_labels) == set(machine.states)
    assert set(machine.event_labels) == set(machine.events) == {move.event for move in machine.moves}
    assert machine.terminal


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_with_every_event_by_everybody_moves_or_says_what_is_allowed(machine: Machine) -> None:  # type: ignore[type-arg]
    listed = {(move.source, move.event, actor): move for move in machine.moves for actor in move.by}
    for state, event, actor in product([None, *machine.states], machine.events, Actor):
        if (state, event, actor) in listed:
            assert machine.move(state, event, actor, subject="1") is listed[state, event, actor]
            continue
        with pytest.raises(MoveRefused) as refused:
            machine.move(state, event, actor, subject="1")
        assert refused.value.code == f"{machine.name}_state"
        assert refused.value.detail["allowed"] == [str(each) for each in machine.allowed(state, actor)]


def test_two_ways_from_one_place_are_refused() -> None:
    twice = Machine(
        name="door",
        label="门",
        states=Door,
        events=Push,
        moves=(
            *moves([None], Push.BUILD, Door.SHUT, Actor.SELLER),
            *moves([None], Push.BUILD, Door.OPEN, Actor.SELLER),
        ),
    )
    with pytest.raises(ValueError, match="two states"):
        twice.move(None, Push.BUILD, Actor.SELLER, subject="1")


def test_check_and_diagram_come_from_the_table() -> None:
    assert DOOR.check() == "state IN ('open', 'shut', 'gone')"
    assert "    shut --> open: open (buyer/seller)" in DOOR.diagram()
    assert "    gone --> [*]" in DOOR.diagram()
    assert DOOR.allowed(Door.OPEN, Actor.BUYER) == [Push.SHUT]
    assert DOOR.terminal == {Door.GONE}
