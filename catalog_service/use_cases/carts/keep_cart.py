"""Put into a cart, take out, save for later, merge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.carts.values import LINES_MAX, SKUS_A_SUPPLIER_MAX, CartLine
from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.prices.values import Wanted
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds
from catalog_service.use_cases.stock.change_stock import SkuNotFound
from kernel.errors import Conflict, Invalid
from kernel.prices import QUANTITY_MAX


class CartFull(Conflict):
    """One more SKU would be too many; ``detail`` has ``supplier_id`` (where it is about one) and ``skus_max``."""

    code = "cart_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCart:
    """``owner`` is the cart's key (``domain.carts.values``). A cart is nobody's promise: nothing is reserved, prices
    are read when it is looked at. Whoever changes the same line last is right."""

    deeds: Deeds

    def add(self, *, owner: str, wanted: Sequence[Wanted], request: DeedRequest) -> Receipt:
        """So many more of each; what was saved for later lies in the cart again."""
        return self._put(owner, wanted, request, deed="add", quantity=lambda before, more: before + more)

    def set(self, *, owner: str, wanted: Sequence[Wanted], request: DeedRequest) -> Receipt:
        """So many of each, whatever lay there."""
        return self._put(owner, wanted, request, deed="set", quantity=lambda _, count: count)

    def remove(self, *, owner: str, sku_ids: Sequence[str], request: DeedRequest) -> Receipt:
        def remove(transaction: RecordTransaction, now: int) -> Receipt:
            return cart_receipt(transaction, owner, changed=transaction.carts.remove(owner, set(sku_ids)) > 0)

        return self.deeds.perform(request, remove)

    def save(self, *, owner: str, sku_ids: Sequence[str], saved: bool, request: DeedRequest) -> Receipt:
        """Keep for later, or put back; what does not lie there is passed over."""

        def save(transaction: RecordTransaction, now: int) -> Receipt:
            lines = transaction.carts.lines(owner)
            moved = [replace(line, saved=saved) for line in lines if line.sku_id in sku_ids and line.saved is not saved]
            transaction.carts.put(owner, moved, at=now)
            return cart_receipt(transaction, owner, changed=bool(moved))

        return self.deeds.perform(request, save)

    def merge(self, *, source: str, owner: str, request: DeedRequest) -> Receipt:
        """A visitor's cart into the member's: of the same SKU the larger quantity stays (who put five in twice wants
        five), what does not fit any more stays behind. The receipt says how many came and how many did not."""

        def merge(transaction: RecordTransaction, now: int) -> Receipt:
            mine = {line.sku_id: line for line in transaction.carts.lines(owner)}
            came: list[CartLine] = []
            left = 0
            for line in transaction.carts.lines(source):
                before = mine.get(line.sku_id)
                if before is None and not _fits(mine, line):
                    left += 1
                    continue
                after = line if before is None else replace(before, quantity=max(before.quantity, line.quantity))
                mine[line.sku_id] = after
                came.append(after)
            transaction.carts.put(owner, came, at=now)
            transaction.carts.remove(source, {line.sku_id for line in came})
            return cart_receipt(transaction, owner, changed=bool(came), came=len(came), left=left)

        return self.deeds.perform(request, merge)

    def _put(
        self,
        owner: str,
        wanted: Sequence[Wanted],
        request: DeedRequest,
        *,
        deed: str,
        quantity: Callable[[int, int], int],
    ) -> Receipt:
        counts = _counted(wanted)

        def put(transaction: RecordTransaction, now: int) -> Receipt:
            _put(transaction, owner, counts, now=now, quantity=quantity)
            return cart_receipt(transaction, owner, changed=True)

        return self.deeds.perform(request, put)


def add_to_cart(transaction: RecordTransaction, owner: str, counts: Mapping[str, int], *, now: int) -> None:
    """So many more of each SKU, inside another deed's transaction; raises ``CartFull`` and ``SkuNotFound``."""
    _put(transaction, owner, counts, now=now, quantity=lambda before, more: before + more)


def _put(
    transaction: RecordTransaction,
    owner: str,
    counts: Mapping[str, int],
    *,
    now: int,
    quantity: Callable[[int, int], int],
) -> None:
    mine = {line.sku_id: line for line in transaction.carts.lines(owner)}
    suppliers = _suppliers(transaction, counts)
    lines = []
    for sku_id, count in counts.items():
        before = mine.get(sku_id)
        after = min(quantity(before.quantity if before else 0, count), QUANTITY_MAX)
        line = CartLine(sku_id=sku_id, supplier_id=suppliers[sku_id], quantity=after)
        if before is None and not _fits(mine, line):
            raise _full(line, mine)
        mine[sku_id] = line
        lines.append(line)
    transaction.carts.put(owner, lines, at=now)


def _counted(wanted: Sequence[Wanted]) -> Counter[str]:
    if not wanted or len(wanted) > LINES_MAX:
        raise Invalid(f"一次必须放入 1 到 {LINES_MAX} 种规格", parameter="lines")
    counts: Counter[str] = Counter()
    for line in wanted:
        if not 1 <= line.quantity <= QUANTITY_MAX:
            raise Invalid(f"数量必须在 1 到 {QUANTITY_MAX} 之间", parameter="quantity")
        counts[line.sku_id] += line.quantity
    return counts


def _suppliers(transaction: RecordTransaction, counts: Mapping[str, int]) -> dict[str, str]:
    """Whose each SKU is; ``SkuNotFound`` for what buyers do not see or nobody sells."""
    views = transaction.skus.by_ids(counts)
    stored = transaction.prices.offers({view.sku.offer_id for view in views.values()})
    found = {}
    for sku_id in counts:
        view = views.get(sku_id)
        offer = stored.get(view.sku.offer_id) if view is not None and not view.sku.retired else None
        if offer is None or offer.state is not OfferState.LIVE or offer.offer.supplier_id is None:
            raise SkuNotFound(f"没有编号为 {sku_id} 的在售规格", parameter="sku_id", detail={"sku_id": sku_id})
        found[sku_id] = offer.offer.supplier_id
    return found


def _fits(mine: dict[str, CartLine], line: CartLine) -> bool:
    of_supplier = sum(each.supplier_id == line.supplier_id for each in mine.values())
    return of_supplier < SKUS_A_SUPPLIER_MAX and len(mine) < LINES_MAX


def _full(line: CartLine, mine: dict[str, CartLine]) -> CartFull:
    if len(mine) >= LINES_MAX:
        return CartFull(f"购物车最多 {LINES_MAX} 种规格", parameter="lines", detail={"skus_max": LINES_MAX})
    return CartFull(
        f"同一供应商最多 {SKUS_A_SUPPLIER_MAX} 种规格：一笔订单只能有这么多，请先下单或移除一些",
        parameter="lines",
        detail={"supplier_id": line.supplier_id, "skus_max": SKUS_A_SUPPLIER_MAX},
    )


def cart_receipt(transaction: RecordTransaction, owner: str, *, changed: bool, **facts: int | str) -> Receipt:
    """``version`` has no meaning for a cart: nobody edits it beside its owner."""
    lines = transaction.carts.lines(owner)
    told: dict[str, int | float | str] = {"lines": len(lines), **facts}
    return Receipt(subject=Subject.CART, subject_id="cart", version=1, changed=changed, facts=told)
