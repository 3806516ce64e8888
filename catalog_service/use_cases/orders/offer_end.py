"""The seller of a paid order can send nothing of it, and proposes to end it: all that was paid goes back."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.states import OrderEvent
from catalog_service.domain.orders.values import Party
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_reason
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    conclude,
    move,
    refuse_while_refunding,
    require_seen,
    require_sellers,
)
from catalog_service.use_cases.orders.ending import standing_offer
from kernel.errors import Conflict


class PartShipped(Conflict):
    """A part has left: the rest is closed short instead."""

    code = "part_shipped"


class EndOffered(Conflict):
    """The same stands already and waits for the buyer."""

    code = "end_offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnd:
    """The buyer agrees or declines; until then the goods stay kept for the order, and it may still be shipped, which
    takes the proposal back. ``facts["back_fen"]``: what the buyer would get."""

    desk: OrderDesk

    def __call__(
        self, *, order_id: str, reason: str, by: Party, request: DeedRequest, expected_version: int | None = None
    ) -> Receipt:
        why = require_reason(reason)

        def offer(transaction: RecordTransaction, now: int) -> Receipt:
            order = require_sellers(transaction, order_id, by)
            require_seen(transaction, order, expected_version)
            refuse_while_refunding(order)
            standing = standing_offer(order, transaction.orders.events(order_id))
            facts = {"back_fen": order.held_fen}
            moved = move(
                self.desk, transaction, order, OrderEvent.OFFER_END, Actor.SELLER, member_id=by.member_id, now=now,
                note=why, facts=facts,
            )  # fmt: skip
            if standing is not None:
                raise EndOffered("终止提议已发出，等待买家答复")
            if order.shipped_pieces:
                raise PartShipped("已经发出一部分，余下的请用“缺货结束发货”")
            return conclude(
                transaction, moved, deed="offer_end", request=request, now=now, reason=why, facts=facts,
                tell=[(order.buyer_company_id, f"卖家提议终止订单 {order.number_text} 并全额退款，请答复：{why}")],
            )  # fmt: skip

        return self.desk.deeds.perform(request, offer)
