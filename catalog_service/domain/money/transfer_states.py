"""The machine of a transfer: money on its way back to a payer."""

from __future__ import annotations

from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves


class TransferState(StrEnum):
    PENDING = "pending"
    DONE = "done"  # it has left
    BOUNCED = "bounced"  # the payer's bank sent it back; another transfer takes its place


class TransferEvent(StrEnum):
    SCHEDULE = "schedule"
    LEAVE = "leave"
    BOUNCE = "bounce"


_S, _E, _A = TransferState, TransferEvent, Actor

TRANSFER = Machine(
    name="transfer",
    label="退款转账",
    states=TransferState,
    events=TransferEvent,
    moves=(
        # In the deed that moves the money, which tells of it; the sweeper sends it.
        *moves([None], _E.SCHEDULE, _S.PENDING, _A.TIMER),
        *moves([_S.PENDING], _E.LEAVE, _S.DONE, _A.TIMER, effects=(Effect.RETURN,)),
        # The buyer hears of it where there is an order.
        *moves(
            [_S.DONE],
            _E.BOUNCE,
            _S.BOUNCED,
            _A.GATEWAY,
            effects=(Effect.BOUNCE, Effect.TELL_BUYER),
            topics=("payment.bounced",),
        ),
    ),
    state_labels={_S.PENDING: "途中", _S.DONE: "已退出", _S.BOUNCED: "银行退汇"},
    event_labels={_E.SCHEDULE: "安排", _E.LEAVE: "退出", _E.BOUNCE: "退汇"},
)
