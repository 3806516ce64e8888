"""A ruling of the market's people over much money: one proposes it, another confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves


class RulingState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REPLACED = "replaced"  # by another ruling


class RulingEvent(StrEnum):
    PROPOSE = "propose"
    CONFIRM = "confirm"
    REPLACE = "replace"


class Outcome(StrEnum):
    FOR_BUYER = "for_buyer"  # of a refund
    FOR_SELLER = "for_seller"
    TERMINATE = "terminate"  # of an order: what is held is split


_S, _E = RulingState, RulingEvent
_TOLD = (Effect.TELL_BUYER, Effect.TELL_SELLER)

RULING = Machine(
    name="ruling",
    label="裁定",
    states=RulingState,
    events=RulingEvent,
    moves=(
        # Both sides hear that the market has taken it in hand, and not yet how.
        *moves([None], _E.PROPOSE, _S.PROPOSED, Actor.STAFF, effects=_TOLD, topics=("order.ruling",)),
        # What it says is done by the same deed, which tells of it.
        *moves([_S.PROPOSED], _E.CONFIRM, _S.CONFIRMED, Actor.STAFF),
        *moves([_S.PROPOSED], _E.REPLACE, _S.REPLACED, Actor.STAFF),
    ),
    state_labels={_S.PROPOSED: "等待复核", _S.CONFIRMED: "已复核", _S.REPLACED: "已被另一裁定取代"},
    event_labels={_E.PROPOSE: "提出", _E.CONFIRM: "复核", _E.REPLACE: "取代"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Counts while the order is at ``order_version``: whatever buyer, seller or time do to it since, it is void.
    ``refund_id`` is empty where the order itself is ended; ``to_buyer_fen`` is what then goes back."""

    ruling_id: str
    version: int
    state: RulingState
    order_id: str
    refund_id: str
    order_version: int
    outcome: Outcome
    to_buyer_fen: int
    reason: str
    proposed_by: str
    confirmed_by: str = ""
    created_at: int
    changed_at: int

    def says(self, other: Ruling) -> bool:
        """Whether both would do the same, whatever their reasons."""
        return (self.refund_id, self.outcome, self.to_buyer_fen) == (
            other.refund_id, other.outcome, other.to_buyer_fen
        )  # fmt: skip
