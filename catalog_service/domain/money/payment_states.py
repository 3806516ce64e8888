"""The machine of one payment: an intent that the gateway's word settles."""

from __future__ import annotations

from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves


class PaymentState(StrEnum):
    CREATED = "created"  # ours alone: the gateway has not answered yet
    PENDING = "pending"  # the gateway waits for the payer
    PAID = "paid"  # in the escrow of the order
    FAILED = "failed"
    CLOSED = "closed"  # no longer wanted: the order ended, its price changed, another paid
    SUSPENDED = "suspended"  # the money came late, twice, or in another amount: on its way back
    RETURNED = "returned"


class PaymentEvent(StrEnum):
    OPEN = "open"
    SUBMIT = "submit"
    PAY = "pay"
    FAIL = "fail"
    CLOSE = "close"
    SUSPEND = "suspend"
    ARRIVE_UNKNOWN = "arrive_unknown"  # money that nobody asked for
    RETURN = "return"
    BOUNCE = "bounce"  # the payer's bank sent back what was returned


_S, _E, _A = PaymentState, PaymentEvent, Actor
OPEN = (_S.CREATED, _S.PENDING)

PAYMENT = Machine(
    name="payment",
    label="付款",
    states=PaymentState,
    events=PaymentEvent,
    moves=(
        *moves([None], _E.OPEN, _S.CREATED, _A.BUYER, topics=("payment.opened",)),
        *moves(
            [None],
            _E.ARRIVE_UNKNOWN,
            _S.SUSPENDED,
            _A.GATEWAY,
            effects=(Effect.SUSPEND,),
            topics=("payment.suspended",),
        ),
        *moves([_S.CREATED], _E.SUBMIT, _S.PENDING, _A.GATEWAY),
        # That it is paid is announced of its order, which moves in the same deed.
        *moves(OPEN, _E.PAY, _S.PAID, _A.GATEWAY, effects=(Effect.FUND,)),
        *moves(OPEN, _E.FAIL, _S.FAILED, _A.GATEWAY, topics=("payment.failed",)),
        # Along with its order, which tells of it.
        *moves(OPEN, _E.CLOSE, _S.CLOSED, _A.BUYER, _A.SELLER, _A.STAFF, _A.TIMER, _A.GATEWAY),
        *moves(
            (*OPEN, _S.FAILED, _S.CLOSED),
            _E.SUSPEND,
            _S.SUSPENDED,
            _A.GATEWAY,
            effects=(Effect.SUSPEND,),
            topics=("payment.suspended",),
        ),
        *moves(
            [_S.SUSPENDED], _E.RETURN, _S.RETURNED, _A.TIMER, effects=(Effect.RETURN,), topics=("payment.returned",)
        ),
        *moves(
            [_S.RETURNED], _E.BOUNCE, _S.SUSPENDED, _A.GATEWAY, effects=(Effect.BOUNCE,), topics=("payment.bounced",)
        ),
    ),
    state_labels={
        _S.CREATED: "已创建",
        _S.PENDING: "等待支付",
        _S.PAID: "已支付",
        _S.FAILED: "支付失败",
        _S.CLOSED: "已关闭",
        _S.SUSPENDED: "待退回",
        _S.RETURNED: "已退回",
    },
    event_labels={
        _E.OPEN: "创建",
        _E.SUBMIT: "提交",
        _E.PAY: "支付",
        _E.FAIL: "失败",
        _E.CLOSE: "关闭",
        _E.SUSPEND: "挂账",
        _E.ARRIVE_UNKNOWN: "收到不明款项",
        _E.RETURN: "退回",
        _E.BOUNCE: "退汇",
    },
)
