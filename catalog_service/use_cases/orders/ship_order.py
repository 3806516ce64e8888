"""Send some or all of what is left, under a waybill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import OrderLine, Party, Shipment, ShippedLine
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.text import clean_line
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    conclude,
    move,
    refuse_while_refunding,
    require_seen,
    require_sellers,
)
from kernel.errors import Conflict, Invalid

CARRIER_CHARACTERS_MAX = 40  # the longest name of a carrier in use has about twenty
WAYBILL_CHARACTERS_MAX = 64  # several numbers of one lorry's load; a single one has at most 32


class NotSoManyLeft(Conflict):
    """A line has fewer pieces left than were to be sent; ``detail["lines"]`` has what is left."""

    code = "not_so_many_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipOrder:
    """``parts``: pieces by the number of a line; None sends all that is left. ``facts`` has the shipment's id."""

    desk: OrderDesk

    def __call__(
        self,
        *,
        order_id: str,
        parts: Mapping[int, int] | None,
        carrier: str,
        waybill: str,
        expected_version: int | None,
        by: Party,
        request: DeedRequest,
    ) -> Receipt:
        named = (
            require_named(carrier, CARRIER_CHARACTERS_MAX, "carrier"),
            require_named(waybill, WAYBILL_CHARACTERS_MAX, "waybill"),
        )
        if parts is not None and (not parts or min(parts.values()) < 1):
            raise Invalid("每行发货数量必须不小于 1", parameter="lines")

        def ship(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_sellers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            refuse_while_refunding(order)
            lines = transaction.orders.lines(order_id)
            leaving = _leaving(lines, parts)
            pieces = order.shipped_pieces + sum(part.quantity for part in leaving)
            rest = pieces == order.pieces
            moved = move(
                self.desk, transaction, order, OrderEvent.SHIP_REST if rest else OrderEvent.SHIP_PART, Actor.SELLER,
                member_id=by.member_id, now=now, note=f"{named[0]} {named[1]}", shipped_pieces=pieces,
                facts={"pieces": pieces - order.shipped_pieces}, shipped_at=now if rest else order.shipped_at,
            )  # fmt: skip
            transaction.orders.ship(order_id, leaving)
            shipment = Shipment(
                shipment_id=self.desk.deeds.ids.new(), order_id=order_id,
                number=moved.version, carrier=named[0], waybill=named[1], lines=leaving,
                shipped_by=by.member_id, shipped_at=now,
            )  # fmt: skip
            transaction.orders.insert_shipment(shipment)
            skus = {line.number: line.sku_id for line in lines}
            gone = sorted((skus[part.number], part.quantity) for part in leaving)
            transaction.stock.ship(
                order_id, [Wanted(sku_id=sku_id, quantity=quantity) for sku_id, quantity in gone], at=now
            )
            return conclude(
                transaction, moved, deed="ship_order", request=request, now=now,
                facts={"shipment_id": shipment.shipment_id},
                tell=[(order.buyer_company_id, f"订单 {order.number_text} 已发货：{named[0]} {named[1]}")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, ship)


def _leaving(lines: Sequence[OrderLine], parts: Mapping[int, int] | None) -> tuple[ShippedLine, ...]:
    """What leaves now, by line; refused when a line is not there or has not so many left."""
    left = {line.number: line.quantity - line.shipped for line in lines}
    if parts is None:
        return tuple(ShippedLine(number=number, quantity=rest) for number, rest in left.items() if rest)
    if unknown := sorted(parts.keys() - left.keys()):
        raise Invalid(f"订单没有第 {unknown[0]} 行", parameter="lines")
    short = [
        {"number": number, "wanted": wanted, "left": left[number]}
        for number, wanted in sorted(parts.items())
        if wanted > left[number]
    ]
    if short:
        raise NotSoManyLeft("发货数量超过未发数量", parameter="lines", detail={"lines": short})
    return tuple(ShippedLine(number=number, quantity=wanted) for number, wanted in sorted(parts.items()))


def require_named(text: str, most: int, parameter: str) -> str:
    """The text in one clean line, refused when empty or too long."""
    cleaned = clean_line(text)
    if not 1 <= len(cleaned) <= most:
        raise Invalid(f"必填，最长 {most} 字", parameter=parameter)
    return cleaned
