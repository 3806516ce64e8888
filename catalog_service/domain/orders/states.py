"""The order's machine, with what each move does to goods and money and who hears of it.

Whether a payment suffices to ship, or a shipment is the last one, is for the deed to find out: each has its own event,
so that every event leads to one state.
"""

from __future__ import annotations

from enum import StrEnum

from catalog_service.domain.machines import Actor, Effect, Machine, moves, moves_within


class OrderState(StrEnum):
    WAIT_APPROVAL = "waitapproval"
    WAIT_BUYER_PAY = "waitbuyerpay"
    WAIT_STAGE_PAY = "waitstagepay"
    WAIT_SELLER_SEND = "waitsellersend"
    WAIT_BUYER_RECEIVE = "waitbuyerreceive"
    SUCCESS = "success"
    CANCEL = "cancel"  # ended before any money came
    TERMINATED = "terminated"  # ended after money came: refunded whole, lapsed, or by the staff


class OrderEvent(StrEnum):
    PLACE = "place"
    SUBMIT = "submit"  # placed above the member's limit
    APPROVE = "approve"
    REFUSE = "refuse"
    CHANGE_PRICE = "change_price"
    CHANGE_PRICE_ABOVE_LIMIT = "change_price_above_limit"
    PAY = "pay"  # the money that is needed before shipping has come
    PAY_STAGE = "pay_stage"  # a stage has come, and another is due before shipping
    PAY_LAST_STAGE = "pay_last_stage"  # the stage that is due on receipt has come
    SHIP_PART = "ship_part"
    SHIP_REST = "ship_rest"
    CLOSE_SHORT = "close_short"  # the rest will not be sent; its price goes back
    CONFIRM = "confirm"
    AUTO_CONFIRM = "auto_confirm"
    POSTPONE = "postpone"
    CANCEL = "cancel"
    EXPIRE = "expire"  # nobody approved, or paid, in time
    LAPSE = "lapse"  # a later stage was not paid in time
    OPEN_REFUND = "open_refund"
    MOVE_REFUND = "move_refund"  # the refund went a step further and no money moved
    REFUND_PART = "refund_part"
    REFUND_WHOLE = "refund_whole"
    OFFER_END = "offer_end"  # the seller can send nothing of it, and proposes to end it: all the money goes back
    AGREE_END = "agree_end"
    DECLINE_END = "decline_end"
    WITHDRAW_END = "withdraw_end"
    TERMINATE = "terminate"
    RULE = "rule"  # one operator of the market proposes how it should end, or a refund of it


_S, _E, _A, _F = OrderState, OrderEvent, Actor, Effect
UNPAID = (_S.WAIT_APPROVAL, _S.WAIT_BUYER_PAY)
PAID = (_S.WAIT_STAGE_PAY, _S.WAIT_SELLER_SEND, _S.WAIT_BUYER_RECEIVE)
HOLDING = (_S.WAIT_STAGE_PAY, _S.WAIT_SELLER_SEND)  # of those, where goods are still held for the order
_REFUNDING = (_A.BUYER, _A.SELLER, _A.STAFF, _A.TIMER)
_ENDED = ("order.ended",)
_FREED = (_F.RELEASE_STOCK, _F.TELL_OTHERS)

ORDER = Machine(
    name="order",
    label="订单",
    states=OrderState,
    events=OrderEvent,
    moves=(
        *moves(
            [None],
            _E.PLACE,
            _S.WAIT_BUYER_PAY,
            _A.BUYER,
            effects=(_F.RESERVE, _F.TELL_SELLER),
            topics=("order.placed",),
        ),
        *moves(
            [None],
            _E.SUBMIT,
            _S.WAIT_APPROVAL,
            _A.BUYER,
            effects=(_F.RESERVE, _F.TELL_SELLER, _F.TELL_BUYER),
            topics=("order.placed", "order.approval_wanted"),
        ),
        *moves(
            [_S.WAIT_APPROVAL],
            _E.APPROVE,
            _S.WAIT_BUYER_PAY,
            _A.APPROVER,
            effects=(_F.TELL_BUYER,),
            topics=("order.approved",),
        ),
        # The seller was told that it is placed.
        *moves(
            [_S.WAIT_APPROVAL],
            _E.REFUSE,
            _S.CANCEL,
            _A.APPROVER,
            effects=(_F.RELEASE_STOCK, _F.TELL_BUYER, _F.TELL_SELLER),
            topics=_ENDED,
        ),
        *moves(
            [_S.WAIT_BUYER_PAY],
            _E.CHANGE_PRICE,
            _S.WAIT_BUYER_PAY,
            _A.SELLER,
            effects=(_F.TELL_OTHERS,),
            topics=("order.price_changed",),
        ),
        *moves(
            [_S.WAIT_APPROVAL],
            _E.CHANGE_PRICE,
            _S.WAIT_APPROVAL,
            _A.SELLER,
            effects=(_F.TELL_OTHERS,),
            topics=("order.price_changed",),
        ),
        *moves(
            [_S.WAIT_BUYER_PAY],
            _E.CHANGE_PRICE_ABOVE_LIMIT,
            _S.WAIT_APPROVAL,
            _A.SELLER,
            effects=(_F.TELL_OTHERS,),
            topics=("order.price_changed", "order.approval_wanted"),
        ),
        *moves(
            [_S.WAIT_BUYER_PAY, _S.WAIT_STAGE_PAY],
            _E.PAY,
            _S.WAIT_SELLER_SEND,
            _A.GATEWAY,
            effects=(_F.FUND, _F.TELL_SELLER),
            topics=("order.paid",),
        ),
        *moves(
            [_S.WAIT_BUYER_PAY],
            _E.PAY_STAGE,
            _S.WAIT_STAGE_PAY,
            _A.GATEWAY,
            effects=(_F.FUND, _F.TELL_SELLER),
            topics=("order.stage_paid",),
        ),
        *moves(
            [_S.WAIT_BUYER_RECEIVE],
            _E.PAY_LAST_STAGE,
            _S.WAIT_BUYER_RECEIVE,
            _A.GATEWAY,
            effects=(_F.FUND, _F.TELL_SELLER),
            topics=("order.stage_paid",),
        ),
        *moves(
            [_S.WAIT_SELLER_SEND],
            _E.SHIP_PART,
            _S.WAIT_SELLER_SEND,
            _A.SELLER,
            effects=(_F.SHIP_STOCK, _F.TELL_OTHERS),
            topics=("order.shipped",),
        ),
        *moves(
            [_S.WAIT_SELLER_SEND],
            _E.SHIP_REST,
            _S.WAIT_BUYER_RECEIVE,
            _A.SELLER,
            effects=(_F.SHIP_STOCK, _F.TELL_OTHERS),
            topics=("order.shipped",),
        ),
        *moves(
            [_S.WAIT_SELLER_SEND],
            _E.CLOSE_SHORT,
            _S.WAIT_BUYER_RECEIVE,
            _A.SELLER,
            effects=(_F.REFUND, *_FREED),
            topics=("order.shipped", "refund.paid"),
        ),
        *moves(
            [_S.WAIT_BUYER_RECEIVE],
            _E.CONFIRM,
            _S.SUCCESS,
            _A.BUYER,
            effects=(_F.RELEASE, _F.TELL_OTHERS),
            topics=("order.succeeded",),
        ),
        *moves(
            [_S.WAIT_BUYER_RECEIVE],
            _E.AUTO_CONFIRM,
            _S.SUCCESS,
            _A.TIMER,
            effects=(_F.RELEASE, _F.TELL_OTHERS),
            topics=("order.succeeded",),
        ),
        *moves(
            [_S.WAIT_BUYER_RECEIVE],
            _E.POSTPONE,
            _S.WAIT_BUYER_RECEIVE,
            _A.BUYER,
            _A.SELLER,
            effects=(_F.TELL_OTHERS,),
            topics=("order.postponed",),
        ),
        *moves(UNPAID, _E.CANCEL, _S.CANCEL, _A.BUYER, effects=_FREED, topics=_ENDED),
        *moves([_S.WAIT_BUYER_PAY], _E.CANCEL, _S.CANCEL, _A.SELLER, effects=_FREED, topics=_ENDED),
        *moves(UNPAID, _E.EXPIRE, _S.CANCEL, _A.TIMER, effects=_FREED, topics=_ENDED),
        *moves([_S.WAIT_STAGE_PAY], _E.LAPSE, _S.TERMINATED, _A.TIMER, effects=(_F.REFUND, *_FREED), topics=_ENDED),
        # The goods are with the buyer and the last stage did not come: what was paid is the seller's.
        *moves(
            [_S.WAIT_BUYER_RECEIVE],
            _E.LAPSE,
            _S.TERMINATED,
            _A.TIMER,
            effects=(_F.RELEASE, _F.TELL_OTHERS),
            topics=_ENDED,
        ),
        # Who is told of a refund stands in the refund's own rows.
        *moves_within(PAID, _E.OPEN_REFUND, _A.BUYER, topics=("refund.opened",)),
        *moves_within(PAID, _E.MOVE_REFUND, *_REFUNDING, topics=("refund.moved",)),
        *moves_within(
            PAID, _E.REFUND_PART, _A.SELLER, _A.STAFF, _A.TIMER, effects=(_F.REFUND,), topics=("refund.paid",)
        ),
        *moves(
            HOLDING,
            _E.REFUND_WHOLE,
            _S.TERMINATED,
            _A.SELLER,
            _A.STAFF,
            _A.TIMER,
            effects=(_F.REFUND, _F.RELEASE_STOCK),
            topics=("refund.paid", "order.ended"),
        ),
        *moves(
            [_S.WAIT_BUYER_RECEIVE],
            _E.REFUND_WHOLE,
            _S.TERMINATED,
            _A.SELLER,
            _A.STAFF,
            _A.TIMER,
            effects=(_F.REFUND,),
            topics=("refund.paid", "order.ended"),
        ),
        # A proposal to end is the newest move of its order, and counts until anything else happens to the order.
        *moves_within(HOLDING, _E.OFFER_END, _A.SELLER, effects=(_F.TELL_OTHERS,), topics=("order.end_offered",)),
        *moves(HOLDING, _E.AGREE_END, _S.TERMINATED, _A.BUYER, effects=(_F.REFUND, *_FREED), topics=_ENDED),
        *moves_within(HOLDING, _E.DECLINE_END, _A.BUYER, effects=(_F.TELL_OTHERS,), topics=("order.end_declined",)),
        *moves_within(HOLDING, _E.WITHDRAW_END, _A.SELLER, effects=(_F.TELL_OTHERS,), topics=("order.end_withdrawn",)),
        # The staff splits what is held: either part may be nothing.
        *moves(HOLDING, _E.TERMINATE, _S.TERMINATED, _A.STAFF, effects=(_F.REFUND, _F.RELEASE, *_FREED), topics=_ENDED),
        *moves(
            [_S.WAIT_BUYER_RECEIVE],
            _E.TERMINATE,
            _S.TERMINATED,
            _A.STAFF,
            effects=(_F.REFUND, _F.RELEASE, _F.TELL_OTHERS),
            topics=_ENDED,
        ),
        *moves_within(PAID, _E.RULE, _A.STAFF, topics=("order.ruling",)),
        *moves(UNPAID, _E.TERMINATE, _S.CANCEL, _A.STAFF, effects=_FREED, topics=_ENDED),
    ),
    state_labels={
        _S.WAIT_APPROVAL: "等待审批",
        _S.WAIT_BUYER_PAY: "等待买家付款",
        _S.WAIT_STAGE_PAY: "等待下一阶段付款",
        _S.WAIT_SELLER_SEND: "等待卖家发货",
        _S.WAIT_BUYER_RECEIVE: "等待买家收货",
        _S.SUCCESS: "交易成功",
        _S.CANCEL: "已取消",
        _S.TERMINATED: "交易终止",
    },
    event_labels={
        _E.PLACE: "下单",
        _E.SUBMIT: "下单待审批",
        _E.APPROVE: "审批通过",
        _E.REFUSE: "审批拒绝",
        _E.CHANGE_PRICE: "改价",
        _E.CHANGE_PRICE_ABOVE_LIMIT: "改价后需审批",
        _E.PAY: "付款",
        _E.PAY_STAGE: "付阶段款",
        _E.PAY_LAST_STAGE: "付尾款",
        _E.SHIP_PART: "部分发货",
        _E.SHIP_REST: "发货",
        _E.CLOSE_SHORT: "缺货结束发货",
        _E.CONFIRM: "确认收货",
        _E.AUTO_CONFIRM: "自动确认收货",
        _E.POSTPONE: "延长收货",
        _E.CANCEL: "取消",
        _E.EXPIRE: "超时取消",
        _E.LAPSE: "阶段款超时",
        _E.OPEN_REFUND: "申请退款",
        _E.MOVE_REFUND: "处理退款",
        _E.REFUND_PART: "部分退款",
        _E.REFUND_WHOLE: "全额退款",
        _E.OFFER_END: "提议终止",
        _E.AGREE_END: "同意终止",
        _E.DECLINE_END: "不同意终止",
        _E.WITHDRAW_END: "撤回终止提议",
        _E.TERMINATE: "终止",
        _E.RULE: "提出裁定",
    },
)
