"""An order and what belongs to it, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog_service.domain.companies.address import Address
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.numbers import grouped
from catalog_service.domain.orders.plans import Due, Plan, Stage, due_before_receipt, stage_count, stages
from catalog_service.domain.orders.refund_states import RefundState
from catalog_service.domain.orders.states import OrderState
from catalog_service.domain.prices.values import PriceStep, Wanted

Facts = Mapping[str, int | float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """On whose behalf somebody acts: a company as a buyer, and as a seller where it has claimed a supplier.
    ``member_id``: who acts, a member or a key of the company (``key:...``)."""

    company_id: str
    member_id: str
    supplier_id: str | None = None


KEY_ACTOR = "key:"  # as ``Principal.actor`` names a key


def key_of(member_id: str) -> str | None:
    """The key that acted; None when it was a member."""
    return member_id.removeprefix(KEY_ACTOR) if member_id.startswith(KEY_ACTOR) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """What a buyer wants of one supplier. ``snapshot``: the digest of the prices that the buyer was shown."""

    supplier_id: str
    wanted: tuple[Wanted, ...]
    snapshot: str
    plan: Plan = Plan.FULL
    out_order_id: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """As it was priced; ``shipped`` pieces have left."""

    number: int
    sku_id: str
    offer_id: str
    offer_version: int
    title: str
    sku_name: str
    unit: str
    quantity: int
    unit_fen: int
    amount_fen: int
    weight_g: int
    steps: tuple[PriceStep, ...] = ()
    shipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The head of an order. ``number`` is for people, the id for programs. ``payable_fen`` = goods - discount + freight
    + ``adjust_fen`` (the seller's change).

    ``refunded_fen`` went back to the buyer, ``released_fen`` is the seller's (less after a refund after success); what
    is left of ``paid_fen`` is in the escrow. ``approved_fen``: the sum up to which the buyer's side agreed.
    ``open_refund_id``: the oldest refund that is open.
    """

    order_id: str
    number: str
    version: int
    state: OrderState
    group_id: str
    buyer_company_id: str
    supplier_id: str
    supplier_company_id: str
    placed_by: str
    out_order_id: str | None
    draft_digest: str
    snapshot: str
    plan: Plan
    goods_fen: int
    discount_fen: int
    freight_fen: int
    adjust_fen: int = 0
    payable_fen: int
    approved_fen: int
    paid_fen: int = 0
    refunded_fen: int = 0
    released_fen: int = 0
    stages_paid: int = 0
    pieces: int
    shipped_pieces: int = 0
    postponed: int = 0
    open_refund_id: str = ""
    address: Address
    remark: str = ""
    end_reason: str = ""
    placed_at: int
    paid_at: int | None = None
    shipped_at: int | None = None
    finished_at: int | None = None
    changed_at: int

    @property
    def number_text(self) -> str:
        """The number as sentences have it."""
        return grouped(self.number)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return stages(self.plan, self.payable_fen)

    @property
    def due_stage(self) -> Stage | None:
        """The stage that may be paid now; None when nothing is due in this state."""
        payable = (OrderState.WAIT_BUYER_PAY, OrderState.WAIT_STAGE_PAY, OrderState.WAIT_BUYER_RECEIVE)
        if self.state not in payable or self.stages_paid == stage_count(self.plan):
            return None
        stage = self.stages[self.stages_paid]
        ready = (stage.due is Due.RECEIPT) == (self.state is OrderState.WAIT_BUYER_RECEIVE)
        return stage if ready else None

    @property
    def last_stage_open(self) -> bool:
        """Whether a stage is due on receipt and has not come."""
        return self.stages_paid < stage_count(self.plan) and self.stages_paid >= due_before_receipt(self.plan)

    @property
    def held_fen(self) -> int:
        """What lies in the escrow."""
        return self.paid_fen - self.refunded_fen - self.released_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGroup:
    """What one click of a buyer ordered, of several suppliers."""

    group_id: str
    buyer_company_id: str
    placed_by: str
    orders: int
    payable_fen: int
    placed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedLine:
    """So many pieces of a line of the order."""

    number: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One parcel, or a lorry's load."""

    shipment_id: str
    order_id: str
    number: int
    carrier: str
    waybill: str
    lines: tuple[ShippedLine, ...]
    shipped_by: str
    shipped_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One line of an order's history; ``number`` is the version that it led to."""

    order_id: str
    number: int
    machine: str
    event: str
    actor: Actor
    member_id: str
    source: str
    target: str
    note: str
    facts: Facts = field(default_factory=dict)
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A buyer's wish for money back. ``with_goods``: the goods come back first. ``line``: of this line alone; 0 of the
    order as a whole."""

    refund_id: str
    version: int
    state: RefundState
    order_id: str
    line: int = 0
    amount_fen: int
    with_goods: bool
    reason: str
    answer: str = ""
    carrier: str = ""
    waybill: str = ""
    requested_by: str
    opened_at: int
    changed_at: int
    finished_at: int | None = None
