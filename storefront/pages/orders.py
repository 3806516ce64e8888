"""Orders as a buyer sees them: rows of a list, and one with its history and what can be done now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.companies.company import Invoice
from catalog_service.domain.machines import Actor
from catalog_service.domain.money.payment_states import PAYMENT
from catalog_service.domain.money.payments import Payment
from catalog_service.domain.orders.parties import NOBODY, OrderParties
from catalog_service.domain.orders.plans import Due, Plan, Stage
from catalog_service.domain.orders.refund_states import OPEN, REFUND, RefundEvent
from catalog_service.domain.orders.states import HOLDING, ORDER, PAID, OrderEvent, OrderState
from catalog_service.domain.orders.values import Order, OrderLine, Refund
from catalog_service.reads.orders import OrderView
from storefront.pages.cart import steps_text
from storefront.pages.order_parts import (
    Moment,
    Parcel,
    end_offer_of,
    history_of,
    line_text,
    parcels_of,
    refund_of,
    sent_back_text,
)
from storefront.pages.trade_words import moment, typed_yuan
from storefront.pages.words import yuan

PLAN_WORDS = {
    Plan.FULL: "一次付清",
    Plan.DEPOSIT_30: "先付 30%，发货前付 70%",
    Plan.THREE_STAGES: "先付 60%，发货前付 30%，收货付 10%",
}
DUE_WORDS = {Due.ORDER: "下单时", Due.SHIPPING: "发货前", Due.RECEIPT: "收货时"}
NEXT_WORDS = {
    OrderState.WAIT_APPROVAL: "等本公司的审批人同意后才能付款；到期没有审批会自动取消。",
    OrderState.WAIT_BUYER_PAY: "货已留好，请付款；到期没有付款会自动取消。",
    OrderState.WAIT_STAGE_PAY: "付清下一阶段，卖家才发货；到期没有付清，订单会终止。",
    OrderState.WAIT_SELLER_SEND: "钱在市场托管，等卖家发货。",
    OrderState.WAIT_BUYER_RECEIVE: "货已发出，收到并点清后请确认，钱才付给卖家；到期没有确认会自动确认。",
    OrderState.SUCCESS: "已收货，钱已付给卖家。",
    OrderState.CANCEL: "没有付款就结束了，留的货已放回。",
    OrderState.TERMINATED: "付款之后结束了，托管的钱已结清。",
}
REFUND_WORDS = "退款处理中，发货、收货和自动确认都暂停。"
ORDERERS, PAYERS, APPROVERS = {"owner", "buyer"}, {"owner", "buyer", "finance"}, {"owner", "approver"}
TITLES_SHOWN = 2  # of a row of the list


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    order_id: str
    number: str
    placed: str
    supplier: str
    placed_by: str
    goods: str
    kinds: int
    pieces: int
    payable: str
    state: str
    tone: str
    refund: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    number: int
    href: str
    title: str
    sku_name: str
    unit: str
    quantity: int
    shipped: int
    unit_price: str
    amount: str
    steps: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    due: str
    amount: str
    paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    refund_id: str
    state: str
    amount: str
    with_goods: bool
    reason: str
    answer: str
    waybill: str
    may: Collection[str]
    open: bool
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """``may``: what this member can bring about now. ``due_fen`` of the stage that is due, 0 when none is."""

    order_id: str
    number: str
    version: int
    state: str
    tone: str
    following: str
    supplier_id: str
    supplier: str
    placed: str
    placed_by: str
    invoice: Invoice | None
    out_order_id: str
    remark: str
    end_reason: str
    address: str
    recipient: str
    plan: str
    stages: Sequence[StageRow]
    goods: str
    discount: str
    freight: str
    adjust: str
    payable: str
    paid: str
    refunded: str
    refundable: str
    refund_lines: Sequence[tuple[int, str]]
    held: str
    due: str
    due_fen: int
    due_at: str
    lines: Sequence[LineRow]
    parcels: Sequence[Parcel]
    history: Sequence[Moment]
    refunds: Sequence[RefundRow]
    payments: Sequence[tuple[str, str, str]]
    may: Collection[str]
    own: bool
    end_offer: str  # why the seller proposes to end it, where this waits for an answer
    unsent: bool  # paid, and nothing has left


def tone_of(state: OrderState) -> str:
    """Of the label: something to do, under way, done, or over."""
    waiting = (OrderState.WAIT_APPROVAL, OrderState.WAIT_BUYER_PAY, OrderState.WAIT_STAGE_PAY)
    if state in waiting or state is OrderState.WAIT_BUYER_RECEIVE:
        return "todo"
    return {OrderState.WAIT_SELLER_SEND: "going", OrderState.SUCCESS: "done"}.get(state, "over")


def order_rows(
    found: Sequence[tuple[Order, Sequence[OrderLine]]], parties: Mapping[str, OrderParties]
) -> list[OrderRow]:
    return [
        OrderRow(
            order_id=order.order_id,
            number=order.number,
            placed=moment(order.placed_at),
            supplier=parties.get(order.order_id, NOBODY).supplier or order.supplier_id,
            placed_by=parties.get(order.order_id, NOBODY).placed_by,
            goods="、".join(list(dict.fromkeys(line.title for line in lines))[:TITLES_SHOWN]),
            kinds=len(lines) if len(lines) > TITLES_SHOWN else 0,
            pieces=order.pieces,
            payable=yuan(order.payable_fen),
            state=ORDER.state_labels[order.state],
            tone=tone_of(order.state),
            refund=bool(order.open_refund_id),
        )
        for order, lines in found
    ]


def order_page(view: OrderView, *, parties: OrderParties, member_id: str, roles: Collection[str]) -> OrderPage:
    """One order for a member of the buyer's company."""
    order, stage = view.order, view.order.due_stage
    own = order.placed_by == member_id
    return OrderPage(
        order_id=order.order_id,
        number=order.number,
        version=order.version,
        state=ORDER.state_labels[order.state],
        tone=tone_of(order.state),
        following=_following(order),
        supplier_id=order.supplier_id,
        supplier=parties.supplier,
        placed=moment(order.placed_at),
        placed_by=parties.placed_by,
        invoice=parties.invoice,
        out_order_id=order.out_order_id or "",
        remark=order.remark,
        end_reason=order.end_reason,
        address=address_text(order.address),
        recipient=f"{order.address.recipient} {order.address.phone}",
        plan=PLAN_WORDS[order.plan],
        stages=[_stage(each, order) for each in order.stages] if order.plan is not Plan.FULL else [],
        goods=yuan(order.goods_fen),
        discount=yuan(order.discount_fen) if order.discount_fen else "",
        freight=yuan(order.freight_fen),
        adjust=_signed(order.adjust_fen),
        payable=yuan(order.payable_fen),
        paid=yuan(order.paid_fen) if order.paid_fen else "",
        refunded=yuan(order.refunded_fen) if order.refunded_fen else "",
        refundable=typed_yuan(order.paid_fen - order.refunded_fen - sum(each.amount_fen for each in _open(view))),
        refund_lines=_refund_lines(view),
        held=yuan(order.held_fen),
        due=yuan(stage.amount_fen) if stage else "",
        due_fen=stage.amount_fen if stage else 0,
        due_at=moment(view.due_at),
        lines=[_line(line) for line in view.lines],
        parcels=parcels_of(view.shipments, view.lines),
        history=history_of(view.events),
        refunds=[_refund(refund, roles, view.lines) for refund in view.refunds],
        payments=[_payment(payment) for payment in view.payments],
        may=_may(view, own=own, roles=roles),
        own=own,
        end_offer=end_offer_of(view),
        unsent=order.state in HOLDING and not order.shipped_pieces,
    )


def _following(order: Order) -> str:
    """What comes next: nothing of it while a refund is open."""
    return REFUND_WORDS if order.open_refund_id and order.state in PAID else NEXT_WORDS[order.state]


def address_text(where: object) -> str:
    """On one line."""
    parts = (getattr(where, name) for name in ("province", "city", "district", "street", "postcode"))
    return " ".join(part for part in parts if part)


def _may(view: OrderView, *, own: bool, roles: Collection[str]) -> set[str]:
    """What the machine allows, as far as the member's roles go; nobody approves their own."""
    granted: set[str] = set()
    if ORDERERS & set(roles):
        granted |= {OrderEvent.CANCEL, OrderEvent.CONFIRM, OrderEvent.POSTPONE, OrderEvent.OPEN_REFUND, "again"}
        granted |= {OrderEvent.AGREE_END, OrderEvent.DECLINE_END}
        if view.order.state is OrderState.SUCCESS and view.order.paid_fen > view.order.refunded_fen:
            granted.add("refund_after")
    if PAYERS & set(roles):
        granted.add("pay")
    if APPROVERS & set(roles) and not own:
        granted |= {OrderEvent.APPROVE, OrderEvent.REFUSE}
    after, free = {"refund_after"}, bool(_refund_lines(view))
    if not free:
        granted -= {"refund_after", OrderEvent.OPEN_REFUND}
    return granted & ({str(event) for event in view.allowed} | {"again"} | after)


def _open(view: OrderView) -> list[Refund]:
    return [refund for refund in view.refunds if refund.state in OPEN]


def _refund_lines(view: OrderView) -> list[tuple[int, str]]:
    """What a refund may be asked for: the whole (0) while none is open, and each line of which none is."""
    taken = {refund.line for refund in _open(view)}
    if 0 in taken:
        return []
    lines = [(line.number, line_text(line)) for line in view.lines if line.number not in taken]
    if len(view.lines) == 1:
        lines = []
    return lines if taken else [(0, "整单"), *lines]


def _signed(amount_fen: int) -> str:
    if not amount_fen:
        return ""
    return f"{'+' if amount_fen > 0 else '−'}¥{yuan(abs(amount_fen))}"


def _stage(stage: Stage, order: Order) -> StageRow:
    return StageRow(due=DUE_WORDS[stage.due], amount=yuan(stage.amount_fen), paid=stage.number <= order.stages_paid)


def _line(line: OrderLine) -> LineRow:
    return LineRow(
        number=line.number, href=f"/offer/{line.offer_id}", title=line.title, sku_name=line.sku_name, unit=line.unit,
        quantity=line.quantity, shipped=line.shipped, unit_price=yuan(line.unit_fen), amount=yuan(line.amount_fen),
        steps=steps_text(line.steps),
    )  # fmt: skip


def _refund(refund: Refund, roles: Collection[str], lines: Sequence[OrderLine]) -> RefundRow:
    mine = {str(event) for event in REFUND.allowed(refund.state, Actor.BUYER)} if ORDERERS & set(roles) else set()
    return RefundRow(
        refund_id=refund.refund_id, state=REFUND.state_labels[refund.state], amount=yuan(refund.amount_fen),
        with_goods=refund.with_goods, reason=refund.reason, answer=refund.answer,
        waybill=sent_back_text(refund),
        may=mine & {RefundEvent.MODIFY, RefundEvent.SEND_BACK, RefundEvent.WITHDRAW},
        open=refund.state in OPEN, of=refund_of(refund, lines),
    )  # fmt: skip


def _payment(payment: Payment) -> tuple[str, str, str]:
    return yuan(payment.amount_fen), PAYMENT.state_labels[payment.state], moment(payment.created_at)
