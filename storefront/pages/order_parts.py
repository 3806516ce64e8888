"""What both sides read of an order alike: its history, its parcels, and who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog_service.domain.machines import Actor, Machine
from catalog_service.domain.orders.refund_states import REFUND
from catalog_service.domain.orders.rulings import RULING
from catalog_service.domain.orders.states import ORDER
from catalog_service.domain.orders.values import OrderLine, Refund, Shipment, TimelineEvent
from catalog_service.domain.skus.values import DEFAULT_NAME
from catalog_service.reads.orders import OrderView
from catalog_service.use_cases.orders.ending import standing_offer
from storefront.pages.trade_words import moment

MACHINES: dict[str, tuple[Machine[Any, Any], str]] = {
    REFUND.name: (REFUND, "退款："),
    RULING.name: (RULING, "平台裁定："),
}
ACTORS: Mapping[Actor, str] = {
    Actor.BUYER: "买家", Actor.SELLER: "卖家", Actor.APPROVER: "审批人", Actor.GATEWAY: "支付机构",
    Actor.TIMER: "系统到时处理", Actor.STAFF: "市场",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A line of the history."""

    at: str
    who: str
    what: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelPart:
    title: str
    sku_name: str
    quantity: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One shipment; ``parts`` says what is in it."""

    number: int
    carrier: str
    waybill: str
    at: str
    parts: Sequence[ParcelPart]


def history_of(events: Sequence[TimelineEvent]) -> list[Moment]:
    """In the order of the events."""
    return [_moment(event) for event in events]


def parcels_of(shipments: Sequence[Shipment], lines: Sequence[OrderLine]) -> list[Parcel]:
    """In the order of shipping."""
    named = {line.number: line for line in lines}
    return [
        Parcel(
            number=number, carrier=shipment.carrier, waybill=shipment.waybill, at=moment(shipment.shipped_at),
            parts=[_content(named[part.number], part.quantity) for part in shipment.lines if part.number in named],
        )
        for number, shipment in enumerate(shipments, start=1)
    ]  # fmt: skip


def end_offer_of(view: OrderView) -> str:
    """Why the seller proposes to end the order, where that waits for the buyer; else empty."""
    offer = standing_offer(view.order, view.events)
    return "" if offer is None else offer.note


def end_offered_at(view: OrderView) -> int | None:
    """Since when that proposal waits; None where there is none."""
    offer = standing_offer(view.order, view.events)
    return None if offer is None else offer.at


def line_text(line: OrderLine) -> str:
    """A line as a list names it; that it is the only SKU of its offer says nothing."""
    return line.title if line.sku_name == DEFAULT_NAME else f"{line.title} {line.sku_name}".strip()


def refund_of(refund: Refund, lines: Sequence[OrderLine]) -> str:
    """Of which line a refund is; empty for the whole order."""
    return next((line_text(line) for line in lines if line.number == refund.line), "")


def sent_back_text(refund: Refund) -> str:
    """The waybill of what a buyer sent back; empty before."""
    return f"{refund.carrier} {refund.waybill}".strip()


def _content(line: OrderLine, quantity: int) -> ParcelPart:
    return ParcelPart(title=line.title, sku_name=line.sku_name, quantity=quantity, unit=line.unit)


def _moment(event: TimelineEvent) -> Moment:
    machine, prefix = MACHINES.get(event.machine, (ORDER, ""))
    labels = {str(each): label for each, label in machine.event_labels.items()}
    return Moment(
        at=moment(event.at), who=ACTORS[event.actor], what=f"{prefix}{labels.get(event.event, event.event)}",
        note=event.note,
    )  # fmt: skip
