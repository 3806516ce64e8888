"""Order what a buyer was shown: a group of orders, one a supplier, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.companies.address import Address
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.checks import accept_address, accept_drafts, draft_digest
from catalog_service.domain.orders.numbers import order_number
from catalog_service.domain.orders.options import PAYABLE_FEN_MAX
from catalog_service.domain.orders.plans import require_payable
from catalog_service.domain.orders.states import ORDER, OrderEvent, OrderState
from catalog_service.domain.orders.values import Facts, Order, OrderDraft, OrderGroup, OrderLine, Party
from catalog_service.domain.prices.values import PricedLine, PricedOrder
from catalog_service.ports.prices import OrderPricing
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.orders.approvals import ask_approvers
from catalog_service.use_cases.orders.desk import (
    OrderDesk,
    announce,
    notify,
    start_deadline,
    write_event,
)
from kernel.errors import Conflict, Invalid

_Priced = tuple[OrderDraft, PricedOrder]


class PriceChanged(Conflict):
    """The prices are not those that the buyer was shown; ``detail["orders"]`` has what they are now."""

    code = "price_changed"


class OutOrderIdUsed(Conflict):
    """The buyer's own number belongs to another order; ``detail`` has which."""

    code = "out_order_id_used"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrders:
    """``PriceChanged``, ``NotOrderable``, ``OutOfStock``, ``OutOrderIdUsed``. The same drafts under the same
    ``out_order_id`` again change nothing and give the group that stands. ``facts["orders"]``: their ids."""

    desk: OrderDesk
    pricing: OrderPricing

    def __call__(self, *, drafts: Sequence[OrderDraft], address: Address, by: Party, request: DeedRequest) -> Receipt:
        accepted, destination = accept_drafts(drafts), accept_address(address)

        def place(transaction: RecordTransaction, now: int) -> Receipt:
            known = self._known(transaction, accepted, destination, by)
            if known is not None:
                return known
            priced = [(draft, self._price(transaction, draft, destination, by)) for draft in accepted]
            _require_as_shown(priced)
            group = OrderGroup(
                group_id=self.desk.deeds.ids.new(), buyer_company_id=by.company_id, placed_by=by.member_id,
                orders=len(priced), payable_fen=sum(order.payable_fen for _, order in priced), placed_at=now,
            )  # fmt: skip
            transaction.orders.insert_group(group)
            orders = [self._insert(transaction, each, group, destination, by) for each in priced]
            for order, (draft, _) in zip(orders, priced, strict=True):
                transaction.stock.reserve(order.order_id, draft.wanted, at=now)
            return _conclude(transaction, group, orders, request=request, now=now)

        return self.desk.deeds.perform(request, place)

    def _known(
        self, transaction: RecordTransaction, drafts: Sequence[OrderDraft], address: Address, by: Party
    ) -> Receipt | None:
        """The receipt of the group that these drafts made before; None when their numbers are free."""
        found: list[Order] = []
        for draft in drafts:
            if draft.out_order_id is None:
                continue
            order = transaction.orders.by_out_order_id(by.company_id, draft.out_order_id)
            if order is None:
                continue
            if order.draft_digest != draft_digest(draft, address):
                raise _used(order)
            found.append(order)
        if not found:
            return None
        if len(found) != len(drafts) or len({order.group_id for order in found}) != 1:
            raise _used(found[0])
        return Receipt(
            subject=Subject.ORDER_GROUP, subject_id=found[0].group_id, version=1, changed=False,
            facts={
                "orders": ",".join(order.order_id for order in found),
                "payable_fen": sum(order.payable_fen for order in found),
            },
        )  # fmt: skip

    def _price(self, transaction: RecordTransaction, draft: OrderDraft, address: Address, by: Party) -> PricedOrder:
        priced = self.pricing.price(
            transaction,
            buyer_company_id=by.company_id,
            supplier_id=draft.supplier_id,
            wanted=draft.wanted,
            region=address.province,
        )
        require_payable(draft.plan, priced.payable_fen)
        if priced.payable_fen > PAYABLE_FEN_MAX:
            raise Invalid("订单金额超出上限", parameter="lines", detail={"payable_fen_max": PAYABLE_FEN_MAX})
        return priced

    def _insert(
        self, transaction: RecordTransaction, each: _Priced, group: OrderGroup, address: Address, by: Party
    ) -> Order:
        draft, priced = each
        above = self.desk.parties.needs_approval(
            transaction, company_id=by.company_id, member_id=by.member_id, amount_fen=priced.payable_fen,
            at=group.placed_at,
        )  # fmt: skip
        event = OrderEvent.SUBMIT if above else OrderEvent.PLACE
        order_id = self.desk.deeds.ids.new()
        order = Order(
            order_id=order_id,
            number=order_number(order_id, placed_at=group.placed_at),
            version=1,
            state=ORDER.move(None, event, Actor.BUYER, subject=order_id).target,
            group_id=group.group_id,
            buyer_company_id=by.company_id,
            supplier_id=draft.supplier_id,
            supplier_company_id=self.desk.parties.company_of(transaction, draft.supplier_id),
            placed_by=by.member_id,
            out_order_id=draft.out_order_id,
            draft_digest=draft_digest(draft, address),
            snapshot=priced.snapshot,
            plan=draft.plan,
            goods_fen=priced.goods_fen,
            discount_fen=priced.discount_fen,
            freight_fen=priced.freight_fen,
            payable_fen=priced.payable_fen,
            approved_fen=0 if above else priced.payable_fen,
            pieces=sum(line.quantity for line in priced.lines),
            address=address,
            remark=draft.remark,
            placed_at=group.placed_at,
            changed_at=group.placed_at,
        )
        lines = [_line(number, line) for number, line in enumerate(priced.lines, start=1)]
        transaction.orders.insert(order, lines)
        write_event(
            transaction, None, order, machine=ORDER.name, event=event, actor=Actor.BUYER, member_id=by.member_id,
            note="", facts={"payable_fen": order.payable_fen},
        )  # fmt: skip
        start_deadline(self.desk, transaction, order, was_waiting=False)
        return order


def _line(number: int, line: PricedLine) -> OrderLine:
    return OrderLine(
        number=number, sku_id=line.sku_id, offer_id=line.offer_id, offer_version=line.offer_version, title=line.title,
        sku_name=line.sku_name, unit=line.unit, quantity=line.quantity, unit_fen=line.unit_fen,
        amount_fen=line.amount_fen, weight_g=line.weight_g, steps=line.steps,
    )  # fmt: skip


def _require_as_shown(priced: Sequence[_Priced]) -> None:
    changed = [
        {"supplier_id": draft.supplier_id, "payable_fen": order.payable_fen, "snapshot": order.snapshot}
        for draft, order in priced
        if draft.snapshot != order.snapshot
    ]
    if changed:
        raise PriceChanged("价格已变化，请按新的价格重新确认", parameter="snapshot", detail={"orders": changed})


def _used(order: Order) -> OutOrderIdUsed:
    return OutOrderIdUsed(
        f"外部订单号 {order.out_order_id} 已用于另一张订单", parameter="out_order_id",
        detail={"order_id": order.order_id},
    )  # fmt: skip


def _conclude(
    transaction: RecordTransaction, group: OrderGroup, orders: Sequence[Order], *, request: DeedRequest, now: int
) -> Receipt:
    facts: Facts = {"orders": ",".join(order.order_id for order in orders), "payable_fen": group.payable_fen}
    for order in orders:
        announce(
            transaction, Subject.ORDER, order.order_id, order.version, deed="place_order", request=request, now=now,
            facts={"group_id": group.group_id, "payable_fen": order.payable_fen},
        )  # fmt: skip
        notify(
            transaction, company_id=order.supplier_company_id, kind="order_placed", subject_id=order.order_id,
            text=f"收到新订单 {order.number_text}", at=now,
        )  # fmt: skip
        if order.state is OrderState.WAIT_APPROVAL:
            ask_approvers(transaction, order, at=now)
    return Receipt(subject=Subject.ORDER_GROUP, subject_id=group.group_id, version=1, created=True, facts=facts)
