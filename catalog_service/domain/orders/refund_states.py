"""The refund's machine. At most one refund of a line is open at a time, or one of the whole order; while any is,
nothing of the order is released or shipped."""

from __future__ import annotations

from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves


class RefundState(StrEnum):
    WAIT_SELLER = "waitseller"
    WAIT_BUYER_MODIFY = "waitbuyermodify"
    WAIT_BUYER_SEND = "waitbuyersend"
    WAIT_SELLER_RECEIVE = "waitsellerreceive"
    SUCCESS = "refundsuccess"
    CLOSED = "refundclose"


class RefundEvent(StrEnum):
    APPLY = "apply"
    AGREE = "agree"
    AGREE_RETURN = "agree_return"
    REFUSE = "refuse"
    MODIFY = "modify"
    SEND_BACK = "send_back"
    RECEIVE = "receive"
    REJECT_GOODS = "reject_goods"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"  # the buyer let it rest
    DECIDE_FOR_BUYER = "decide_for_buyer"
    DECIDE_FOR_SELLER = "decide_for_seller"


_S, _E, _A = RefundState, RefundEvent, Actor
OPEN = (_S.WAIT_SELLER, _S.WAIT_BUYER_MODIFY, _S.WAIT_BUYER_SEND, _S.WAIT_SELLER_RECEIVE)
DECISIONS = (_E.DECIDE_FOR_BUYER, _E.DECIDE_FOR_SELLER)
_MOVED, _PAID = ("refund.moved",), ("refund.paid",)
_TOLD, _PAYS = (Effect.TELL_OTHERS,), (Effect.REFUND, Effect.TELL_OTHERS)

REFUND = Machine(
    name="refund",
    label="退款",
    states=RefundState,
    events=RefundEvent,
    moves=(
        *moves([None], _E.APPLY, _S.WAIT_SELLER, _A.BUYER, effects=_TOLD, topics=("refund.opened",)),
        # A seller who says nothing agrees: the timer does what it could have done.
        *moves([_S.WAIT_SELLER], _E.AGREE, _S.SUCCESS, _A.SELLER, _A.TIMER, effects=_PAYS, topics=_PAID),
        *moves(
            [_S.WAIT_SELLER], _E.AGREE_RETURN, _S.WAIT_BUYER_SEND, _A.SELLER, _A.TIMER, effects=_TOLD, topics=_MOVED
        ),
        *moves([_S.WAIT_SELLER], _E.REFUSE, _S.WAIT_BUYER_MODIFY, _A.SELLER, effects=_TOLD, topics=_MOVED),
        *moves(
            [_S.WAIT_SELLER, _S.WAIT_BUYER_MODIFY], _E.MODIFY, _S.WAIT_SELLER, _A.BUYER, effects=_TOLD, topics=_MOVED
        ),
        *moves([_S.WAIT_BUYER_SEND], _E.SEND_BACK, _S.WAIT_SELLER_RECEIVE, _A.BUYER, effects=_TOLD, topics=_MOVED),
        *moves([_S.WAIT_SELLER_RECEIVE], _E.RECEIVE, _S.SUCCESS, _A.SELLER, _A.TIMER, effects=_PAYS, topics=_PAID),
        *moves(
            [_S.WAIT_SELLER_RECEIVE], _E.REJECT_GOODS, _S.WAIT_BUYER_MODIFY, _A.SELLER, effects=_TOLD, topics=_MOVED
        ),
        *moves(
            [_S.WAIT_SELLER, _S.WAIT_BUYER_MODIFY, _S.WAIT_BUYER_SEND],
            _E.WITHDRAW,
            _S.CLOSED,
            _A.BUYER,
            effects=_TOLD,
            topics=_MOVED,
        ),
        *moves(
            [_S.WAIT_BUYER_MODIFY, _S.WAIT_BUYER_SEND], _E.EXPIRE, _S.CLOSED, _A.TIMER, effects=_TOLD, topics=_MOVED
        ),
        *moves(OPEN, _E.DECIDE_FOR_BUYER, _S.SUCCESS, _A.STAFF, effects=_PAYS, topics=_PAID),
        *moves(OPEN, _E.DECIDE_FOR_SELLER, _S.CLOSED, _A.STAFF, effects=_TOLD, topics=_MOVED),
    ),
    state_labels={
        _S.WAIT_SELLER: "等待卖家处理",
        _S.WAIT_BUYER_MODIFY: "等待买家修改",
        _S.WAIT_BUYER_SEND: "等待买家退货",
        _S.WAIT_SELLER_RECEIVE: "等待卖家收货",
        _S.SUCCESS: "退款成功",
        _S.CLOSED: "退款关闭",
    },
    event_labels={
        _E.APPLY: "申请",
        _E.AGREE: "同意退款",
        _E.AGREE_RETURN: "同意退货",
        _E.REFUSE: "拒绝",
        _E.MODIFY: "修改",
        _E.SEND_BACK: "寄回",
        _E.RECEIVE: "确认收到退货",
        _E.REJECT_GOODS: "拒收退货",
        _E.WITHDRAW: "撤销",
        _E.EXPIRE: "超时关闭",
        _E.DECIDE_FOR_BUYER: "裁定退款",
        _E.DECIDE_FOR_SELLER: "裁定不退",
    },
)
