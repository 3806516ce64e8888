"""A seller's orders: rows of the list, one order with its timeline, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.companies.company import Invoice
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.parties import OrderParties
from catalog_service.domain.orders.plans import Due
from catalog_service.domain.orders.refund_states import OPEN, REFUND, RefundEvent, RefundState
from catalog_service.domain.orders.states import ORDER, OrderEvent, OrderState
from catalog_service.domain.orders.values import Order, OrderLine, Refund
from catalog_service.reads.orders import OrderView
from storefront.pages.order_parts import Moment, Parcel, end_offer_of, history_of, parcels_of, refund_of, sent_back_text
from storefront.pages.trade_words import left_text, moment, money, typed_yuan

# Tabs of the list, by address: the states behind each.
TABS: Mapping[str, tuple[str, tuple[OrderState, ...]]] = {
    "": ("全部", ()),
    "unpaid": ("待付款", (OrderState.WAIT_APPROVAL, OrderState.WAIT_BUYER_PAY, OrderState.WAIT_STAGE_PAY)),
    "ship": ("待发货", (OrderState.WAIT_SELLER_SEND,)),
    "receive": ("待收货", (OrderState.WAIT_BUYER_RECEIVE,)),
    "success": ("交易成功", (OrderState.SUCCESS,)),
    "ended": ("已关闭", (OrderState.CANCEL, OrderState.TERMINATED)),
}
DUE: Mapping[OrderState, str] = {
    OrderState.WAIT_APPROVAL: "不审批则取消",
    OrderState.WAIT_BUYER_PAY: "不付款则取消",
    OrderState.WAIT_STAGE_PAY: "不付阶段款则终止",
    OrderState.WAIT_BUYER_RECEIVE: "自动确认收货",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    order_id: str
    number: str
    buyer: str
    state: str
    placed: str
    payable: str
    pieces: str
    refunding: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    number: int
    title: str
    sku_name: str
    offer_id: str
    unit: str
    quantity: int
    unit_price: str
    amount: str
    shipped: int
    steps: Sequence[str]

    @property
    def left(self) -> int:
        return self.quantity - self.shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    refund_id: str
    state: str
    amount: str
    with_goods: bool
    reason: str
    answer: str
    sent_back: str
    opened: str
    can: Sequence[str]
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    order: Order
    buyer: str
    invoice: Invoice | None  # of the buyer, once money has come
    state: str
    deadline: str
    lines: Sequence[LineRow]
    parcels: Sequence[Parcel]
    events: Sequence[Moment]
    refunds: Sequence[RefundRow]
    sums: Sequence[tuple[str, str]]
    stages: Sequence[tuple[str, str, bool]]
    can: Sequence[str]
    payable_typed: str
    end_offer: str  # the reason of the proposal to end it that waits for the buyer; empty when none does


def order_row(order: Order, names: Mapping[str, str]) -> OrderRow:
    shipped = f"，已发 {order.shipped_pieces}" if 0 < order.shipped_pieces < order.pieces else ""
    return OrderRow(
        order_id=order.order_id,
        number=order.number,
        buyer=names.get(order.buyer_company_id, ""),
        state=ORDER.state_labels[order.state],
        placed=moment(order.placed_at),
        payable=money(order.payable_fen),
        pieces=f"{order.pieces} 件{shipped}",
        refunding=bool(order.open_refund_id),
    )


def order_page(view: OrderView, parties: OrderParties, *, now: int) -> OrderPage:
    order = view.order
    open_ = [refund for refund in view.refunds if refund.state in OPEN]
    return OrderPage(
        order=order,
        buyer=parties.buyer,
        invoice=parties.invoice,
        state=ORDER.state_labels[order.state],
        deadline=_deadline(view, now) if not open_ else "退款处理中，发货和收货暂停",
        lines=[_line(line) for line in view.lines],
        parcels=parcels_of(view.shipments, view.lines),
        events=history_of(view.events[::-1]),
        refunds=[_refund(refund, view.lines) for refund in reversed(view.refunds)],
        sums=_sums(order),
        stages=_stages(order),
        can=[event for event in view.allowed if event in _SELLERS],
        payable_typed=typed_yuan(order.payable_fen),
        end_offer=end_offer_of(view),
    )  # fmt: skip


_SELLERS = frozenset(
    {
        OrderEvent.CHANGE_PRICE,
        OrderEvent.SHIP_PART,
        OrderEvent.CLOSE_SHORT,
        OrderEvent.POSTPONE,
        OrderEvent.CANCEL,
        OrderEvent.OFFER_END,
        OrderEvent.WITHDRAW_END,
    }
)


def _deadline(view: OrderView, now: int) -> str:
    words = DUE.get(view.order.state, "")
    return f"{moment(view.due_at)}，{words}（{left_text(view.due_at, now)}）" if words and view.due_at else ""


def _line(line: OrderLine) -> LineRow:
    return LineRow(
        number=line.number,
        title=line.title,
        sku_name=line.sku_name,
        offer_id=line.offer_id,
        unit=line.unit,
        quantity=line.quantity,
        unit_price=money(line.unit_fen),
        amount=money(line.amount_fen),
        shipped=line.shipped,
        steps=[step.because for step in line.steps],
    )


def _refund(refund: Refund, lines: Sequence[OrderLine]) -> RefundRow:
    return RefundRow(
        refund_id=refund.refund_id,
        state=REFUND.state_labels[refund.state],
        amount=money(refund.amount_fen),
        with_goods=refund.with_goods,
        reason=refund.reason,
        answer=refund.answer,
        sent_back=sent_back_text(refund),
        opened=moment(refund.opened_at),
        can=_answers(refund.state),
        of=refund_of(refund, lines),
    )


def _answers(state: RefundState) -> list[str]:
    events = [str(event) for event in REFUND.allowed(state, Actor.SELLER)]
    return [event for event in events if event != RefundEvent.AGREE_RETURN]


def _sums(order: Order) -> list[tuple[str, str]]:
    rows = [("货款", order.goods_fen), ("优惠", -order.discount_fen), ("运费", order.freight_fen)]
    rows += [("改价", order.adjust_fen)] if order.adjust_fen else []
    rows += [("应付", order.payable_fen), ("已付", order.paid_fen)]
    rows += [("已退", order.refunded_fen)] if order.refunded_fen else []
    rows += [("托管中", order.held_fen)] if order.held_fen else []
    rows += [("已结算", order.released_fen)] if order.released_fen else []
    return [(label, money(fen)) for label, fen in rows if fen or label in ("应付", "已付")]


def _stages(order: Order) -> list[tuple[str, str, bool]]:
    """The parts of a staged payment; empty when it is paid at once."""
    if len(order.stages) < 2:
        return []
    words = {Due.ORDER: "下单时付", Due.SHIPPING: "发货前付", Due.RECEIPT: "收货时付"}
    return [
        (
            f"第 {stage.number} 期，{words[stage.due]}",
            money(stage.amount_fen),
            place < order.stages_paid,
        )
        for place, stage in enumerate(order.stages)
    ]
