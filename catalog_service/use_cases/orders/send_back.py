"""The buyer has sent the goods back, under a waybill."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.refund_states import RefundEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.desk import OrderDesk
from catalog_service.use_cases.orders.refunding import buyers_refund, move_refund
from catalog_service.use_cases.orders.ship_order import CARRIER_CHARACTERS_MAX, WAYBILL_CHARACTERS_MAX, require_named


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    """The seller has ``refund_receive_seconds`` to look at them; silence then is consent."""

    desk: OrderDesk

    def __call__(
        self,
        *,
        order_id: str,
        refund_id: str,
        carrier: str,
        waybill: str,
        by: Party,
        request: DeedRequest,
        expected_version: int | None = None,
    ) -> Receipt:
        carried = require_named(carrier, CARRIER_CHARACTERS_MAX, "carrier")
        number = require_named(waybill, WAYBILL_CHARACTERS_MAX, "waybill")

        def send(transaction: RecordTransaction, now: int) -> Receipt:
            order, refund = buyers_refund(transaction, order_id, refund_id, by, seen=expected_version)
            return move_refund(
                self.desk, transaction, order, refund, RefundEvent.SEND_BACK, Actor.BUYER, request=request, now=now,
                note=f"{carried} {number}", carrier=carried, waybill=number,
            )  # fmt: skip

        return self.desk.deeds.perform(request, send)
