"""The states of a change that waits for the audit, beside the offer that stays on sale as it is."""

from __future__ import annotations

from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves

__all__ = ["OPEN", "REVISION", "RevisionEvent", "RevisionState"]


class RevisionState(StrEnum):
    """``DRAFT``: recalled by its supplier. What was ``REFUSED`` or recalled is edited and submitted again."""

    WAITING = "waiting"
    DRAFT = "draft"
    REFUSED = "refused"
    APPROVED = "approved"
    DISCARDED = "discarded"


class RevisionEvent(StrEnum):
    """``REPLACE``: a newer one takes its place while it waits. ``REBASE``: the offer changed elsewhere meanwhile, and
    the revision is now one of that; ``OVERTAKE``: the offer changed in the same place."""

    SUBMIT = "submit"
    REPLACE = "replace"
    REBASE = "rebase"
    OVERTAKE = "overtake"
    RECALL = "recall"
    APPROVE = "approve"
    REFUSE = "refuse"
    DISCARD = "discard"


_S, _E = RevisionState, RevisionEvent
_OWNER = (Actor.SELLER, Actor.STAFF)

REVISION: Machine[RevisionState, RevisionEvent] = Machine(
    name="revision",
    label="商品修改",
    states=RevisionState,
    events=RevisionEvent,
    moves=(
        *moves([None, _S.DRAFT, _S.REFUSED, _S.APPROVED, _S.DISCARDED], _E.SUBMIT, _S.WAITING, Actor.SELLER),
        *moves([_S.WAITING], _E.REPLACE, _S.WAITING, Actor.SELLER),
        *moves([_S.WAITING], _E.REBASE, _S.WAITING, *_OWNER),
        *moves([_S.WAITING], _E.OVERTAKE, _S.REFUSED, *_OWNER, effects=(Effect.TELL_SELLER,)),
        *moves([_S.WAITING], _E.RECALL, _S.DRAFT, Actor.SELLER),
        *moves(
            [_S.WAITING], _E.APPROVE, _S.APPROVED, Actor.STAFF,
            effects=(Effect.TELL_SELLER,), topics=("offer.changed",),
        ),
        *moves([_S.WAITING], _E.REFUSE, _S.REFUSED, Actor.STAFF, effects=(Effect.TELL_SELLER,)),
        *moves([_S.WAITING, _S.DRAFT, _S.REFUSED], _E.DISCARD, _S.DISCARDED, *_OWNER),
    ),
    state_labels={
        _S.WAITING: "待审核",
        _S.DRAFT: "已撤回，可再修改",
        _S.REFUSED: "未通过，可再修改",
        _S.APPROVED: "已通过",
        _S.DISCARDED: "已放弃",
    },
    event_labels={
        _E.SUBMIT: "提交审核",
        _E.REPLACE: "换成新的修改",
        _E.REBASE: "跟上在售版本",
        _E.OVERTAKE: "与在售版本冲突",
        _E.RECALL: "撤回修改",
        _E.APPROVE: "通过修改",
        _E.REFUSE: "驳回修改",
        _E.DISCARD: "放弃修改",
    },
)  # fmt: skip

OPEN = frozenset({RevisionState.WAITING, RevisionState.DRAFT, RevisionState.REFUSED})
