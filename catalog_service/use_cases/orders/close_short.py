"""What is left of an order will not be sent: its price goes back, and the rest is the buyer's to receive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Order, OrderLine, Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.money.escrow import refund_entries
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    conclude,
    move,
    refuse_while_refunding,
    require_seen,
    require_sellers,
)
from kernel.errors import Conflict


class NothingShipped(Conflict):
    """None of it has left: the seller proposes to end such an order instead (``OfferEnd``)."""

    code = "nothing_shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseShort:
    """The seller's, after a part was sent. ``facts["back_fen"]`` goes back: the missing pieces' share of what the buyer
    pays for goods, rounded down to a fen, and no more than is held. The freight stays."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, reason: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        why = require_reason(reason)

        def close(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_sellers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            refuse_while_refunding(order)
            back_fen = missing_fen(order, transaction.orders.lines(order_id))
            moved = move(
                self.desk, transaction, order, OrderEvent.CLOSE_SHORT, Actor.SELLER, member_id=by.member_id, now=now,
                note=why, shipped_at=now, refunded_fen=order.refunded_fen + back_fen, facts={"back_fen": back_fen},
            )  # fmt: skip
            if not order.shipped_pieces:
                raise NothingShipped("还没有发出任何货品，请用“提议终止”与买家协商全额退款")
            transaction.stock.release(order_id, at=now)
            transaction.ledger.post(
                refund_entries(self.desk, transaction, order, back_fen, reference=f"short-{order_id}", now=now)
            )
            return conclude(
                transaction, moved, deed="close_short", request=request, now=now, reason=why,
                facts={"back_fen": back_fen},
                tell=[(order.buyer_company_id, f"订单 {order.number_text} 余下的货品不再发出，其货款退回：{why}")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, close)


def missing_fen(order: Order, lines: Sequence[OrderLine]) -> int:
    """What the pieces that have not left cost the buyer."""
    missing = sum((line.quantity - line.shipped) * line.unit_fen for line in lines)
    if not order.goods_fen:
        return 0
    share_fen = missing * (order.payable_fen - order.freight_fen) // order.goods_fen
    return min(max(share_fen, 0), order.held_fen)
