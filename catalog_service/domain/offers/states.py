"""The states of an offer, as one machine. What is not in its table is refused."""

from __future__ import annotations

from enum import StrEnum

from catalog_service.domain.machines import Actor, Machine, MoveRefused, moves

__all__ = ["MOVES", "OFFER", "TAKEN_DOWN_STATES", "MoveRefused", "OfferEvent", "OfferState", "TakenDown", "next_state"]


class OfferState(StrEnum):
    """``TAKEN_DOWN`` was live when the administrator acted, ``TAKEN_DOWN_WITHDRAWN`` was already withdrawn. A draft
    that was ``REFUSED`` is edited or submitted again; what is ``DISCARDED`` never comes back."""

    DRAFT = "draft"
    IN_AUDIT = "in_audit"
    REFUSED = "refused"
    LIVE = "live"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "taken_down"
    TAKEN_DOWN_WITHDRAWN = "taken_down_withdrawn"
    DISCARDED = "discarded"


class OfferEvent(StrEnum):
    """``PUBLISH`` and ``REVISE`` bring new content, ``RELIST`` shows again what was withdrawn as it was. What has to be
    audited before a live offer shows it waits beside it (``revision_states``)."""

    CREATE = "create"
    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    REFUSE = "refuse"
    PUBLISH = "publish"
    REVISE = "revise"
    WITHDRAW = "withdraw"
    RELIST = "relist"
    TAKE_DOWN = "take_down"
    LIFT = "lift"
    DISCARD = "discard"


_S, _E = OfferState, OfferEvent
_OWNER = (Actor.SELLER, Actor.STAFF)  # staff does for a seller what the seller could do
_CHANGED = ("offer.changed",)  # the feed tells of every version, so that the index follows

# Lifting stands before withdrawing: what is allowed is told in this order.
OFFER: Machine[OfferState, OfferEvent] = Machine(
    name="offer",
    label="商品",
    states=OfferState,
    events=OfferEvent,
    moves=(
        *moves([None], _E.CREATE, _S.DRAFT, *_OWNER, topics=_CHANGED),
        *moves([_S.DRAFT, _S.REFUSED], _E.EDIT, _S.DRAFT, *_OWNER, topics=_CHANGED),
        # What the staff publishes needs no audit; what stands already it may submit all the same.
        *moves([None], _E.SUBMIT, _S.IN_AUDIT, Actor.SELLER, topics=_CHANGED),
        *moves([_S.DRAFT, _S.REFUSED, _S.WITHDRAWN], _E.SUBMIT, _S.IN_AUDIT, *_OWNER, topics=_CHANGED),
        *moves([_S.IN_AUDIT], _E.RECALL, _S.DRAFT, *_OWNER, topics=_CHANGED),
        *moves([_S.IN_AUDIT], _E.APPROVE, _S.LIVE, Actor.STAFF, topics=_CHANGED),
        *moves([_S.IN_AUDIT], _E.REFUSE, _S.REFUSED, Actor.STAFF, topics=_CHANGED),
        *moves([None, _S.DRAFT, _S.REFUSED, _S.WITHDRAWN], _E.PUBLISH, _S.LIVE, *_OWNER, topics=_CHANGED),
        *moves([_S.LIVE], _E.REVISE, _S.LIVE, *_OWNER, topics=_CHANGED),
        *moves([_S.TAKEN_DOWN], _E.LIFT, _S.LIVE, Actor.STAFF, topics=_CHANGED),
        *moves([_S.TAKEN_DOWN_WITHDRAWN], _E.LIFT, _S.WITHDRAWN, Actor.STAFF, topics=_CHANGED),
        *moves([_S.LIVE], _E.WITHDRAW, _S.WITHDRAWN, *_OWNER, topics=_CHANGED),
        *moves([_S.TAKEN_DOWN], _E.WITHDRAW, _S.TAKEN_DOWN_WITHDRAWN, *_OWNER, topics=_CHANGED),
        *moves([_S.WITHDRAWN], _E.RELIST, _S.LIVE, *_OWNER, topics=_CHANGED),
        *moves([_S.LIVE], _E.TAKE_DOWN, _S.TAKEN_DOWN, Actor.STAFF, topics=_CHANGED),
        *moves([_S.WITHDRAWN], _E.TAKE_DOWN, _S.TAKEN_DOWN_WITHDRAWN, Actor.STAFF, topics=_CHANGED),
        *moves([_S.DRAFT, _S.REFUSED, _S.WITHDRAWN], _E.DISCARD, _S.DISCARDED, *_OWNER, topics=_CHANGED),
    ),
    state_labels={
        _S.DRAFT: "是草稿",
        _S.IN_AUDIT: "审核中",
        _S.REFUSED: "审核未通过",
        _S.LIVE: "已上架",
        _S.WITHDRAWN: "已下架",
        _S.TAKEN_DOWN: "已被强制下架",
        _S.TAKEN_DOWN_WITHDRAWN: "已被强制下架",
        _S.DISCARDED: "已删除",
    },
    event_labels={
        _E.CREATE: "新建草稿",
        _E.EDIT: "编辑",
        _E.SUBMIT: "提交审核",
        _E.RECALL: "撤回审核",
        _E.APPROVE: "审核通过",
        _E.REFUSE: "审核驳回",
        _E.PUBLISH: "发布",
        _E.REVISE: "修改",
        _E.WITHDRAW: "下架",
        _E.RELIST: "重新上架",
        _E.TAKE_DOWN: "强制下架",
        _E.LIFT: "解除强制下架",
        _E.DISCARD: "删除",
    },
)

MOVES: dict[tuple[OfferState | None, OfferEvent], OfferState] = {
    (move.source, move.event): move.target for move in OFFER.moves
}

TAKEN_DOWN_STATES = frozenset({OfferState.TAKEN_DOWN, OfferState.TAKEN_DOWN_WITHDRAWN})
UNPUBLISHED_STATES = frozenset({OfferState.DRAFT, OfferState.IN_AUDIT, OfferState.REFUSED})


class TakenDown(MoveRefused):
    """The administrator's takedown stands until it is lifted."""

    code = "offer_taken_down"


def next_state(state: OfferState | None, event: OfferEvent, *, offer_id: str, actor: Actor = Actor.STAFF) -> OfferState:
    """The state after ``event``, or ``MoveRefused`` (``TakenDown``) with what is allowed to this actor."""
    try:
        return OFFER.move(state, event, actor, subject=offer_id).target
    except MoveRefused as refusal:
        if state in TAKEN_DOWN_STATES:
            message = f"{refusal.message}；需先解除强制下架"
            raise TakenDown(message, parameter="offer_id", detail=refusal.detail) from None
        refusal.parameter = "offer_id"
        raise
