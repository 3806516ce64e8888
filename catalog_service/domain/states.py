"""The states of an offer, as one table: (state, event) -> state. What is not in the table is refused."""

from __future__ import annotations

from enum import StrEnum

from kernel.errors import Conflict


class OfferState(StrEnum):
    """``TAKEN_DOWN`` was live when the administrator acted, ``TAKEN_DOWN_WITHDRAWN`` was already withdrawn."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "taken_down"
    TAKEN_DOWN_WITHDRAWN = "taken_down_withdrawn"


class OfferEvent(StrEnum):
    PUBLISH = "publish"
    REVISE = "revise"
    WITHDRAW = "withdraw"
    TAKE_DOWN = "take_down"
    LIFT = "lift"


MOVES: dict[tuple[OfferState | None, OfferEvent], OfferState] = {
    (None, OfferEvent.PUBLISH): OfferState.LIVE,
    (OfferState.WITHDRAWN, OfferEvent.PUBLISH): OfferState.LIVE,
    (OfferState.LIVE, OfferEvent.REVISE): OfferState.LIVE,
    (OfferState.LIVE, OfferEvent.WITHDRAW): OfferState.WITHDRAWN,
    (OfferState.TAKEN_DOWN, OfferEvent.WITHDRAW): OfferState.TAKEN_DOWN_WITHDRAWN,
    (OfferState.LIVE, OfferEvent.TAKE_DOWN): OfferState.TAKEN_DOWN,
    (OfferState.WITHDRAWN, OfferEvent.TAKE_DOWN): OfferState.TAKEN_DOWN_WITHDRAWN,
    (OfferState.TAKEN_DOWN, OfferEvent.LIFT): OfferState.LIVE,
    (OfferState.TAKEN_DOWN_WITHDRAWN, OfferEvent.LIFT): OfferState.WITHDRAWN,
}

TAKEN_DOWN_STATES = frozenset({OfferState.TAKEN_DOWN, OfferState.TAKEN_DOWN_WITHDRAWN})

_STATE_LABELS = {
    OfferState.LIVE: "已上架",
    OfferState.WITHDRAWN: "已下架",
    OfferState.TAKEN_DOWN: "已被强制下架",
    OfferState.TAKEN_DOWN_WITHDRAWN: "已被强制下架",
}
_EVENT_LABELS = {
    OfferEvent.PUBLISH: "发布",
    OfferEvent.REVISE: "修改",
    OfferEvent.WITHDRAW: "下架",
    OfferEvent.TAKE_DOWN: "强制下架",
    OfferEvent.LIFT: "解除强制下架",
}


class MoveRefused(Conflict):
    """The state does not allow the event; ``detail`` names both and the events that are allowed."""

    code = "offer_state"


class TakenDown(MoveRefused):
    """The administrator's takedown stands until it is lifted."""

    code = "offer_taken_down"


def next_state(state: OfferState | None, event: OfferEvent, *, offer_id: str) -> OfferState:
    """The state after ``event``, or ``MoveRefused`` (``TakenDown``) with what is allowed."""
    target = MOVES.get((state, event))
    if target is not None:
        return target
    allowed = sorted(str(possible) for origin, possible in MOVES if origin == state)
    label = _STATE_LABELS[state] if state is not None else "不存在"
    kind = TakenDown if state in TAKEN_DOWN_STATES else MoveRefused
    hint = "，需先解除强制下架" if kind is TakenDown else ""
    raise kind(
        f"商品 {offer_id} {label}，不能{_EVENT_LABELS[event]}{hint}",
        parameter="offer_id",
        detail={"state": str(state), "event": str(event), "allowed": allowed},
    )
