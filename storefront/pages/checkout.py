"""What a buyer is about to order, supplier by supplier; and what has changed since it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.orders.plans import STAGED_PAYABLE_FEN_MIN
from catalog_service.domain.prices.values import PricedOrder
from catalog_service.reads.carts import CartGoods, CartPart
from kernel.errors import Invalid
from kernel.ids import ID_PATTERN
from kernel.prices import QUANTITY_MAX
from storefront.pages.cart import steps_text
from storefront.pages.words import yuan

SEEN = "seen_"  # before the id of a SKU: of which supplier, how many, at what price it was shown
PAYABLE = "payable_"  # before the id of a supplier: goods, discount and freight as shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    sku_id: str
    quantity: int
    unit_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    title: str
    sku_name: str
    unit: str
    quantity: int
    unit_price: str
    amount: str
    steps: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    supplier_id: str
    name: str
    lines: Sequence[ShownLine]
    goods: str
    discount: str
    freight: str
    because: Sequence[str]
    payable: str
    snapshot: str
    staged: bool
    hints: Sequence[str]


def parts_shown(parts: Sequence[CartPart], goods: Mapping[str, CartGoods]) -> list[ShownPart]:
    """Those that can be ordered, as they are priced."""
    return [_shown(part, part.priced.order) for part in parts if part.priced is not None]


def seen_of(parts: Sequence[CartPart]) -> list[tuple[str, str]]:
    """The form's own memory of what it shows."""
    said = []
    for part in parts:
        if part.priced is not None:
            order = part.priced.order
            said.append((f"{PAYABLE}{part.supplier_id}", f"{order.discount_fen} {order.freight_fen}"))
            said += [
                (f"{SEEN}{line.sku_id}", f"{part.supplier_id} {line.quantity} {line.unit_fen}") for line in order.lines
            ]
    return said


def read_seen(form: Mapping[str, str]) -> dict[str, list[SeenLine]]:
    """By supplier what the form showed; raises ``Invalid``."""
    seen: dict[str, list[SeenLine]] = {}
    for name, text in form.items():
        if name.startswith(SEEN):
            sku_id, parts = name.removeprefix(SEEN), text.split(" ")
            if len(parts) != 3 or not ID_PATTERN.fullmatch(parts[0]) or not ID_PATTERN.fullmatch(sku_id):
                raise Invalid("表单已过期，请刷新页面后重试", parameter="seen")
            line = SeenLine(sku_id=sku_id, quantity=_count(parts[1]), unit_fen=_count(parts[2]))
            seen.setdefault(parts[0], []).append(line)
    return seen


def changes_between(seen: Mapping[str, Sequence[SeenLine]], parts: Sequence[CartPart]) -> list[str]:
    """In words, what is no more as it was shown."""
    told = []
    for part in parts:
        if part.supplier_id not in seen or part.priced is None:
            continue
        now = {line.sku_id: line for line in part.priced.order.lines}
        before = {line.sku_id: line for line in seen[part.supplier_id]}
        for sku_id, line in now.items():
            name, was = f"{line.title} {line.sku_name}", before.get(sku_id)
            if was is None:
                told.append(f"{name}：新加入 {line.quantity}{line.unit}")
            elif was.unit_fen != line.unit_fen:
                told.append(f"{name}：单价 ¥{yuan(was.unit_fen)} → ¥{yuan(line.unit_fen)}")
            elif was.quantity != line.quantity:
                told.append(f"{name}：数量 {was.quantity} → {line.quantity}")
        if not told:
            told.append(
                f"{part.supplier_name}：运费、优惠或货品说明有变动，应付 ¥{yuan(part.priced.order.payable_fen)}"
            )
    gone = [supplier for supplier in seen if supplier not in {part.supplier_id for part in parts if part.priced}]
    return [*told, *([f"有 {len(gone)} 家供应商的货品已不在进货单里"] if gone else [])]


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 16):
        raise Invalid("表单已过期，请刷新页面后重试", parameter="seen")
    return min(int(text), max(QUANTITY_MAX, 10**15))


def _shown(part: CartPart, order: PricedOrder) -> ShownPart:
    return ShownPart(
        supplier_id=part.supplier_id,
        name=part.supplier_name,
        lines=[
            ShownLine(
                title=line.title, sku_name=line.sku_name, unit=line.unit, quantity=line.quantity,
                unit_price=yuan(line.unit_fen), amount=yuan(line.amount_fen), steps=steps_text(line.steps),
            )
            for line in order.lines
        ],
        goods=yuan(order.goods_fen),
        discount=yuan(order.discount_fen) if order.discount_fen else "",
        freight=yuan(order.freight_fen),
        because=[step.because for step in order.steps if step.name != "goods"],
        payable=yuan(order.payable_fen),
        snapshot=order.snapshot,
        staged=order.payable_fen >= STAGED_PAYABLE_FEN_MIN,
        hints=[advice.message for advice in part.advice if advice.worth],
    )  # fmt: skip
