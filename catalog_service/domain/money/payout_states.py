"""The machines of a payout (提现): a supplier's earnings on their way to its bank; and of the account they go to."""

from __future__ import annotations

from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves


class PayoutState(StrEnum):
    REQUESTED = "requested"  # ours alone: the gateway has not answered yet
    SENT = "sent"  # the gateway is paying it out
    PAID = "paid"
    FAILED = "failed"  # the gateway could not; the money is the supplier's with us again
    BOUNCED = "bounced"  # it had left, and the bank sent it back; likewise the supplier's again


class PayoutEvent(StrEnum):
    REQUEST = "request"
    SUBMIT = "submit"
    PAY = "pay"
    FAIL = "fail"
    BOUNCE = "bounce"


class PayoutAccountState(StrEnum):
    ACTIVE = "active"
    REPLACED = "replaced"  # kept: payouts went there


class PayoutAccountEvent(StrEnum):
    SET = "set"
    USE = "use"  # money is asked for: of two requests at once the second sees the first one's
    REPLACE = "replace"


_S, _E, _A = PayoutState, PayoutEvent, Actor
IN_FLIGHT = (_S.REQUESTED, _S.SENT)
_MOVED = ("payout.moved",)
_PAID = (Effect.PAY_OUT, Effect.TELL_SELLER)
_BACK = (Effect.GIVE_BACK, Effect.TELL_SELLER)

# Nobody takes a request back: once it is handed over, only the gateway knows whether the money has left.
PAYOUT = Machine(
    name="payout",
    label="提现",
    states=PayoutState,
    events=PayoutEvent,
    moves=(
        # Also whoever asked is told: the owner learns that finance did, and either that a thief did.
        *moves(
            [None],
            _E.REQUEST,
            _S.REQUESTED,
            _A.SELLER,
            effects=(Effect.WITHDRAW, Effect.TELL_SELLER),
            topics=("payout.requested",),
        ),
        *moves([_S.REQUESTED], _E.SUBMIT, _S.SENT, _A.GATEWAY),
        *moves(IN_FLIGHT, _E.PAY, _S.PAID, _A.GATEWAY, effects=_PAID, topics=_MOVED),
        *moves(IN_FLIGHT, _E.FAIL, _S.FAILED, _A.GATEWAY, effects=_BACK, topics=_MOVED),
        *moves(
            [_S.PAID],
            _E.BOUNCE,
            _S.BOUNCED,
            _A.GATEWAY,
            effects=(Effect.BOUNCE, Effect.TELL_SELLER),
            topics=_MOVED,
        ),
    ),
    state_labels={
        _S.REQUESTED: "已申请",
        _S.SENT: "打款中",
        _S.PAID: "已到账",
        _S.FAILED: "未成功，已退回余额",
        _S.BOUNCED: "银行退汇，已退回余额",
    },
    event_labels={_E.REQUEST: "申请", _E.SUBMIT: "提交", _E.PAY: "到账", _E.FAIL: "退回", _E.BOUNCE: "退汇"},
)

PAYOUT_ACCOUNT = Machine(
    name="payout_account",
    label="收款账户",
    states=PayoutAccountState,
    events=PayoutAccountEvent,
    moves=(
        *moves(
            [None],
            PayoutAccountEvent.SET,
            PayoutAccountState.ACTIVE,
            _A.SELLER,
            effects=(Effect.TELL_SELLER,),
            topics=("payout_account.set",),
        ),
        *moves([PayoutAccountState.ACTIVE], PayoutAccountEvent.USE, PayoutAccountState.ACTIVE, _A.SELLER),
        # Along with the one that takes its place, which tells of it.
        *moves([PayoutAccountState.ACTIVE], PayoutAccountEvent.REPLACE, PayoutAccountState.REPLACED, _A.SELLER),
    ),
    state_labels={PayoutAccountState.ACTIVE: "使用中", PayoutAccountState.REPLACED: "已更换"},
    event_labels={PayoutAccountEvent.SET: "登记", PayoutAccountEvent.USE: "提现", PayoutAccountEvent.REPLACE: "更换"},
)
