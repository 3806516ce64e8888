"""Bodies on orders as clients send and get them; states are the machines' own."""

from __future__ import annotations

from pydantic import BaseModel, Field

from catalog_service.domain.companies.address import Address
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.parties import OrderParties
from catalog_service.domain.orders.plans import Due, Plan
from catalog_service.domain.orders.refund_states import RefundState
from catalog_service.domain.orders.states import OrderState
from catalog_service.domain.orders.values import Order, OrderDraft, Refund
from catalog_service.domain.prices.values import Wanted
from catalog_service.http.bodies import Body, Count
from catalog_service.http.companies.models import InvoiceAnswer
from catalog_service.http.ordering.money_models import NUMBER_EXAMPLE, ORDER_EXAMPLE, PaymentAnswer
from catalog_service.reads.orders import OrderView
from web.reader import Words


class WantedBody(Body):
    sku_id: str = Field(description="SKU 编号", examples=["yk-gb70-m8x30-50"])
    quantity: Count = Field(description="数量（件）", examples=[500])


class AddressBody(Body):
    recipient: str = Field(description="收货人", examples=["王芳"])
    phone: str = Field(description="电话", examples=["13800000000"])
    province: str = Field(description="省，决定运费", examples=["浙江"])
    city: str = Field(examples=["金华"])
    district: str = Field("", examples=["义乌"])
    street: str = Field(description="街道与门牌", examples=["稠州北路 1 号"])
    postcode: str = Field("", examples=["322000"])

    def address(self) -> Address:
        return Address(**self.model_dump())


class OrderDraftBody(Body):
    """What is wanted of one supplier."""

    supplier_id: str = Field(description="供应商编号", examples=["s-yongkang-01"])
    lines: list[WantedBody] = Field(description="1 到 50 个 SKU")
    snapshot: str = Field(description="预览时得到的价格快照；不一致则拒绝下单", examples=["9f86d081884c7d65" * 4])
    plan: Plan = Field(Plan.FULL, description="付款方式", strict=False)
    out_order_id: str | None = Field(None, description="买家自己的单号，同一买家不可重复", examples=["PO-2026-0001"])
    remark: str = Field("", description="给卖家的备注")

    def draft(self) -> OrderDraft:
        return OrderDraft(
            supplier_id=self.supplier_id,
            wanted=tuple(Wanted(sku_id=line.sku_id, quantity=line.quantity) for line in self.lines),
            snapshot=self.snapshot,
            plan=self.plan,
            out_order_id=self.out_order_id,
            remark=self.remark,
        )


class PlaceBody(Body):
    orders: list[OrderDraftBody] = Field(description="每个供应商一张")
    address: AddressBody


class PriceBody(Body):
    payable_fen: Count = Field(description="新的应付金额（分）", examples=[128_000])
    reason: str = Field(description="原因，买家可见", examples=["老客户优惠"])


class PartBody(Body):
    number: Count = Field(description="订单行号", examples=[1])
    quantity: Count = Field(description="发出数量", examples=[200])


class ShipBody(Body):
    carrier: str = Field(description="承运人", examples=["顺丰"])
    waybill: str = Field(description="运单号", examples=["SF1234567890"])
    lines: list[PartBody] | None = Field(None, description="不写则发出全部剩余")


class RefundBody(Body):
    amount_fen: Count = Field(description="退款金额（分）", examples=[5_000])
    with_goods: bool = Field(False, description="退货退款")
    reason: str = Field(examples=["有破损"])


class OpenRefundBody(RefundBody):
    line: int = Field(0, ge=0, le=1_000, strict=True, description="只退这一行；0 为整单", examples=[1])


class AgreeBody(Body):
    waive_return: bool = Field(False, description="不用退货，直接退款")


class SendBackBody(Body):
    carrier: str = Field(examples=["圆通"])
    waybill: str = Field(examples=["YT1234567890"])


class DecideBody(Body):
    for_buyer: bool = Field(description="true：退款给买家；false：不退")
    reason: str = Field(examples=["凭证充分"])


class TerminateBody(Body):
    to_buyer_fen: Count | None = Field(None, description="托管款中退给买家的部分；不写为全部", examples=[5_000])
    reason: str = Field(examples=["卖家失联"])


class StageAnswer(BaseModel):
    number: int
    due: Due
    amount_fen: int
    paid: bool


_NAMED_OTHERWISE = ("order_number", "open_refund_id")


class OrderAnswer(BaseModel):
    """The head of an order."""

    order_id: str = Field(examples=[ORDER_EXAMPLE])
    order_number: str = Field(description="给人看的订单号：日期、八位数字、校验位", examples=[NUMBER_EXAMPLE])
    version: int
    state: OrderState
    group_id: str
    buyer_company_id: str
    supplier_id: str
    out_order_id: str | None
    plan: Plan
    goods_fen: int
    discount_fen: int
    freight_fen: int
    adjust_fen: int = Field(description="卖家改价")
    payable_fen: int
    paid_fen: int
    refunded_fen: int
    held_fen: int = Field(description="托管中")
    pieces: int
    shipped_pieces: int
    open_refund_id: str | None
    placed_by: str
    placed_at: int
    paid_at: int | None
    shipped_at: int | None
    finished_at: int | None
    end_reason: str

    @classmethod
    def of(cls, order: Order) -> OrderAnswer:
        plain = {name: getattr(order, name) for name in cls.model_fields if name not in _NAMED_OTHERWISE}
        return cls(**plain, order_number=order.number, open_refund_id=order.open_refund_id or None)


class OrderPageAnswer(BaseModel):
    items: list[OrderAnswer]
    next_cursor: str | None = Field(description="下一页的标记；null 为没有了")


class LineAnswer(BaseModel):
    number: int
    sku_id: str
    offer_id: str
    title: str
    sku_name: str
    unit: str
    quantity: int
    unit_fen: int
    amount_fen: int
    shipped: int
    steps: list[tuple[str, int, Words]] = Field(description="单价怎么来的：名称、此步之后的单价（分）、原因")


class ShipmentAnswer(BaseModel):
    shipment_id: str
    number: int
    carrier: str
    waybill: str
    shipped_at: int
    lines: list[PartBody]


class EventAnswer(BaseModel):
    number: int
    machine: str = Field(examples=["order"])
    event: str = Field(examples=["ship_part"])
    actor: Actor
    source: str
    target: str
    note: str
    facts: dict[str, int | float | str]
    at: int


class RefundAnswer(BaseModel):
    refund_id: str
    version: int
    state: RefundState
    order_id: str
    line: int = Field(description="0 为整单")
    amount_fen: int
    with_goods: bool
    reason: str
    answer: str
    carrier: str
    waybill: str
    opened_at: int
    finished_at: int | None

    @classmethod
    def of(cls, refund: Refund) -> RefundAnswer:
        return cls(**{name: getattr(refund, name) for name in cls.model_fields})


class AddressAnswer(BaseModel):
    recipient: str
    phone: str
    province: str
    city: str
    district: str
    street: str
    postcode: str


class OrderViewAnswer(OrderAnswer):
    """An order with all that belongs to it, as this caller's side sees it."""

    side: Actor
    buyer_name: str = Field(examples=["义乌市晨光日用百货商行"])
    supplier_name: str = Field(examples=["永康市佳杯工贸有限公司"])
    invoice: InvoiceAnswer | None = Field(description="买家的开票资料：卖家在收到货款之后看得到")
    address: AddressAnswer
    remark: str
    stages: list[StageAnswer]
    lines: list[LineAnswer]
    shipments: list[ShipmentAnswer]
    events: list[EventAnswer]
    payments: list[PaymentAnswer] = Field(description="只有买家看得到")
    refunds: list[RefundAnswer]
    due_at: int | None = Field(description="何时自动处理（UTC 秒）")
    allowed: list[str] = Field(description="现在可以做的事", examples=[["cancel", "pay"]])

    @classmethod
    def of_view(cls, view: OrderView, parties: OrderParties) -> OrderViewAnswer:
        order = view.order
        return cls(
            **OrderAnswer.of(order).model_dump(),
            side=view.side,
            buyer_name=parties.buyer,
            supplier_name=parties.supplier,
            invoice=None if parties.invoice is None else InvoiceAnswer.of(parties.invoice),
            address=AddressAnswer(**{name: getattr(order.address, name) for name in AddressAnswer.model_fields}),
            remark=order.remark,
            stages=[
                StageAnswer(
                    number=stage.number, due=stage.due, amount_fen=stage.amount_fen,
                    paid=stage.number <= order.stages_paid,
                )
                for stage in order.stages
            ],
            lines=[
                LineAnswer(
                    **{name: getattr(line, name) for name in LineAnswer.model_fields if name != "steps"},
                    steps=[(step.name, step.fen, step.because) for step in line.steps],
                )
                for line in view.lines
            ],
            shipments=[
                ShipmentAnswer(
                    shipment_id=each.shipment_id, number=number, carrier=each.carrier, waybill=each.waybill,
                    shipped_at=each.shipped_at,
                    lines=[PartBody(number=part.number, quantity=part.quantity) for part in each.lines],
                )
                for number, each in enumerate(view.shipments, start=1)
            ],
            events=[
                EventAnswer(
                    **{name: getattr(event, name) for name in EventAnswer.model_fields if name != "facts"},
                    facts=dict(event.facts),
                )
                for event in view.events
            ],
            payments=[PaymentAnswer.of(payment) for payment in view.payments],
            refunds=[RefundAnswer.of(refund) for refund in view.refunds],
            due_at=view.due_at,
            allowed=list(view.allowed),
        )  # fmt: skip


class BasketAnswer(BaseModel):
    """What to put into a cart to order the same again."""

    supplier_id: str
    lines: list[WantedBody]


class NoticeAnswer(BaseModel):
    outcome: str = Field(description="paid、suspended、failed、pending、seen 或 unknown", examples=["paid"])
