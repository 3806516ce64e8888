"""A supplier counts its stock: sets what is available, or says how many more or fewer there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.skus.rules import STOCK_MAX
from catalog_service.domain.skus.values import SkuView
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, leave_receipt
from catalog_service.use_cases.offers.store_offer import require_own_offer
from kernel.errors import Conflict, Invalid, NotFound


class SkuNotFound(NotFound):
    """No SKU has this id, or it is another supplier's."""

    code = "sku_not_found"


class StockMoved(Conflict):
    """Something was sold or came back since the caller counted."""

    code = "stock_moved"


def require_own_sku(transaction: RecordTransaction, sku_id: str, *, seller: str | None) -> SkuView:
    """The SKU, or ``SkuNotFound``."""
    view = transaction.skus.by_ids([sku_id]).get(sku_id)
    if view is not None:
        stored = transaction.offer(view.sku.offer_id)
        if stored is not None and (seller is None or stored.offer.supplier_id == seller):
            return view
    raise SkuNotFound(f"没有编号为 {sku_id} 的规格", parameter="sku_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStock:
    """Shown in listing and index at once, since a person waits for it. ``seller`` None: staff."""

    deeds: Deeds

    def set(
        self,
        *,
        sku_id: str,
        available: int | None,
        request: DeedRequest,
        seller: str | None = None,
        expected: int | None = None,
    ) -> Receipt:
        """``available`` None: not counted any more. ``StockMoved`` when ``expected`` is said and is not what stands."""
        if available is not None and not 0 <= available <= STOCK_MAX:
            raise Invalid(f"库存必须在 0 到 {STOCK_MAX} 之间", parameter="available")

        def change(transaction: RecordTransaction, view: SkuView, now: int) -> int | None:
            if expected is not None and view.available != expected:
                raise StockMoved(
                    f"库存已变为 {view.available}，请重新盘点",
                    parameter="expected",
                    detail={"available": view.available},
                )
            transaction.stock.put({sku_id: available}, actor=request.actor, at=now)
            return available

        return self._perform(sku_id, change, deed="set_stock", request=request, seller=seller)

    def adjust(self, *, sku_id: str, change: int, request: DeedRequest, seller: str | None = None) -> Receipt:
        """``OutOfStock`` when fewer would be left than none, or where stock is not counted."""
        if not change or abs(change) > STOCK_MAX:
            raise Invalid(f"增减数量必须在 -{STOCK_MAX} 到 {STOCK_MAX} 之间，且不为 0", parameter="change")

        def adjusted(transaction: RecordTransaction, view: SkuView, now: int) -> int | None:
            return transaction.stock.adjust(sku_id, change, actor=request.actor, at=now)

        return self._perform(sku_id, adjusted, deed="adjust_stock", request=request, seller=seller)

    def _perform(
        self,
        sku_id: str,
        change: Callable[[RecordTransaction, SkuView, int], int | None],
        *,
        deed: str,
        request: DeedRequest,
        seller: str | None,
    ) -> Receipt:
        def perform(transaction: RecordTransaction, now: int) -> Receipt:
            view = require_own_sku(transaction, sku_id, seller=seller)
            left = change(transaction, view, now)
            offer_id = view.sku.offer_id
            transaction.stock.show(transaction.stock.of_offers([offer_id]), at=now, urgent=True)
            version = require_own_offer(transaction, offer_id, seller=seller).offer.version
            facts: dict[str, int | float | str] = {"available": "不限" if left is None else left}
            return leave_receipt(
                transaction, Subject.SKU, sku_id, version, deed=deed, actor=request.actor, now=now, facts=facts
            )

        return self.deeds.perform(request, perform)
