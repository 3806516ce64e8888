"""The SKU matrix of an offer: many quantities at once, priced by the record, each refusal beside its field.

SKUs of two attributes stand in a grid (colours down, sizes across), all others in a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.prices.basket import Problem
from catalog_service.domain.prices.line import Priced
from catalog_service.domain.prices.mixed_batch import MixedBatch
from catalog_service.domain.prices.terms import SupplierTerms
from catalog_service.domain.prices.values import PricedLine
from catalog_service.domain.skus.values import SkuView
from kernel.errors import PifaError
from kernel.money import yuan_text
from storefront.pages.cart import steps_text
from storefront.pages.words import grouped, yuan
from storefront.ports import OfferView

# Sizes fit a desktop's width beside the picture; beyond that the longer attribute goes down, which a page scrolls by.
COLUMNS_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One SKU with its field. ``from_price``: of one at my quantity, before anything is typed. ``trouble_id``: where
    its trouble stands, which several of an offer share."""

    sku_id: str
    name: str
    stock: str
    sold_out: bool
    from_price: str
    typed: str
    quantity: str
    unit_price: str
    amount: str
    steps: Sequence[str]
    troubles: Sequence[str]
    trouble_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the grid: a value of one attribute, and its SKU for each value of the other (None: not made)."""

    label: str
    cells: Sequence[MatrixRow | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """``corner`` names both attributes."""

    corner: str
    columns: Sequence[str]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """``grid`` None: the rows are a list. ``from_price``: what all of them cost at ``at``; empty where they differ.
    ``mixed``: how far the mixed batch is. ``beside``: pieces of the same supplier that lie in the cart and are priced
    together with these. ``fill``: my quantity, to be put into every field. ``csrf``, ``once`` and ``fresh``: what its
    form carries, and the cookie that binds it. ``freight``: to ``region``, of all that is priced together; empty where
    nothing is priced, or some of it does not go there. ``provinces``: to choose from, for who has no address."""

    offer_id: str
    unit: str
    rows: Sequence[MatrixRow]
    grid: Grid | None
    from_price: str
    at: int
    rules: Sequence[str]
    pieces: int
    total: str
    mixed: str
    mixed_met: bool
    beside: int
    fill: int
    region: str
    provinces: Sequence[str]
    freight: str
    error: PifaError | None
    csrf: str
    once: str
    fresh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the fields. ``texts`` as they were written, ``counts`` of those that are quantities, ``wrong`` why
    the others are none."""

    texts: Mapping[str, str]
    counts: Mapping[str, int]
    wrong: Mapping[str, str]


def matrix_of(
    view: OfferView,
    *,
    typed: Typed,
    priced: Priced | None,
    alone: Mapping[str, PricedLine],
    at: int,
    fill: int,
    beside: int,
    mixed: SupplierTerms | None,
    error: PifaError | None,
    region: str,
    provinces: Sequence[str],
    keys: tuple[str, str, str],
) -> Matrix:
    """What is on sale of the offer, with what was typed and what it costs. ``alone``: each SKU by itself at ``at``
    pieces; ``priced``: all that was typed, with what lies in the cart."""
    rows = _rows(view, typed, priced, alone)
    known = {line.sku_id: line.unit_fen for line in priced.order.lines if line.steps} if priced else {}
    base = {row.from_price for row in rows}
    csrf, once, fresh = keys
    return Matrix(
        offer_id=view.offer.offer_id,
        unit=view.offer.unit,
        rows=rows,
        grid=_grid(on_sale(view), rows),
        from_price=next(iter(base)) if len(base) == 1 else "",
        at=at,
        rules=list(rules_of(view, mixed)),
        pieces=sum(typed.counts.values()),
        total=yuan(sum(known.get(sku_id, 0) * count for sku_id, count in typed.counts.items())) if known else "",
        mixed=_mixed_text(priced.mixed) if priced and priced.mixed else "",
        mixed_met=bool(priced and priced.mixed and priced.mixed.met),
        beside=beside,
        fill=fill if len(rows) > 1 else 0,
        region=region,
        provinces=provinces,
        freight=_freight(priced, region),
        error=error,
        csrf=csrf,
        once=once,
        fresh=fresh,
    )


def _freight(priced: Priced | None, region: str) -> str:
    if priced is None or not region or any(problem.code == "not_delivered" for problem in priced.problems):
        return ""
    return yuan(priced.order.freight_fen)


def on_sale(view: OfferView) -> list[SkuView]:
    return [each for each in view.skus if each.sku.on_sale and not each.sku.retired]


def rules_of(view: OfferView, mixed: SupplierTerms | None) -> list[str]:
    """What an order must fulfil, for people."""
    offer, several = view.offer, len(on_sale(view)) > 1
    rules = []
    if offer.moq > 1:
        rule = f"起订量 {offer.moq}{offer.unit}"
        if several:
            rule = f"{rule}（每种规格各自计）" if view.terms.moq_per_sku else f"{rule}（各规格合计）"
        rules.append(rule)
    if offer.pack_multiple > 1:
        each = "每种规格" if several else ""
        rules.append(f"{each}须为 {offer.pack_multiple} 的整数倍（整包装发货）")
    if mixed is not None and (mixed.mixed_pieces_min or mixed.mixed_fen_min):
        ways = [f"满 {mixed.mixed_pieces_min} 件"] if mixed.mixed_pieces_min else []
        ways += [f"满 {yuan_text(mixed.mixed_fen_min)} 元"] if mixed.mixed_fen_min else []
        rules.append(f"支持混批：同一家参加混批的货合计{'或'.join(ways)}，就不受起订量限制")
    return rules


def standing(problems: Sequence[Problem], sku_ids: Sequence[str]) -> list[Problem]:
    """Those that keep these SKUs out of a cart: what more goods of the same supplier can still mend does not."""
    return [problem for problem in problems if problem.sku_id in sku_ids and problem.code != "mixed_batch_unmet"]


def _rows(view: OfferView, typed: Typed, priced: Priced | None, alone: Mapping[str, PricedLine]) -> list[MatrixRow]:
    lines = {line.sku_id: line for line in priced.order.lines if line.steps} if priced else {}
    told: dict[str, str] = {}  # a trouble of the whole offer is told once, at the first field that has it
    rows = []
    for each in on_sale(view):
        sku_id = each.sku.sku_id
        line, count, first = lines.get(sku_id), typed.counts.get(sku_id, 0), alone.get(sku_id)
        troubles = _troubles(sku_id, typed, priced)
        fresh = [text for text in troubles if text not in told]
        told.update(dict.fromkeys(fresh, f"t-{sku_id}"))
        rows.append(
            MatrixRow(
                sku_id=sku_id,
                name=each.sku.name,
                stock="" if each.available is None else grouped(each.available),
                sold_out=each.available == 0,
                from_price=yuan(first.unit_fen) if first is not None and first.steps else "",
                typed=typed.texts.get(sku_id, ""),
                quantity=grouped(count) if count else "",
                unit_price=yuan(line.unit_fen) if line is not None and count else "",
                amount=yuan(line.unit_fen * count) if line is not None and count else "",
                steps=steps_text(line.steps) if line is not None and count else (),
                troubles=fresh,
                trouble_id=told[troubles[0]] if troubles else "",
            )
        )
    return rows


def _troubles(sku_id: str, typed: Typed, priced: Priced | None) -> list[str]:
    wrong = [typed.wrong[sku_id]] if sku_id in typed.wrong else []
    if sku_id not in typed.counts or priced is None:
        return wrong
    return [*wrong, *(problem.message for problem in priced.problems if problem.sku_id == sku_id)]


def _grid(views: Sequence[SkuView], rows: Sequence[MatrixRow]) -> Grid | None:
    """None unless the SKUs are told apart by two attributes, each of several values."""
    if not views or any(len(view.sku.values) != 2 for view in views):
        return None
    (down_name, _), (across_name, _) = views[0].sku.values
    found = {(view.sku.values[0][1], view.sku.values[1][1]): row for view, row in zip(views, rows, strict=True)}
    down = list(dict.fromkeys(first for first, _ in found))
    across = list(dict.fromkeys(second for _, second in found))
    if len(down) < 2 or len(across) < 2:
        return None
    if len(across) > COLUMNS_MAX and len(down) < len(across):
        found = {(second, first): row for (first, second), row in found.items()}
        down, across, down_name, across_name = across, down, across_name, down_name
    lines = [Line(label=first, cells=[found.get((first, second)) for second in across]) for first in down]
    return Grid(corner=f"{down_name} / {across_name}", columns=across, lines=lines)


def _mixed_text(batch: MixedBatch) -> str:
    """What the mixed batch has come to, beside what it asks for."""
    if batch.met:
        return f"混批已达到（{batch.asked}）：不受起订量限制"
    lacking = []
    if batch.pieces_min is not None:
        lacking.append(f"{batch.pieces_min - batch.pieces} 件")
    if batch.fen_min is not None:
        lacking.append(f"¥{yuan(batch.fen_min - batch.fen)}")
    return f"混批{batch.asked}，已选 {batch.pieces} 件、¥{yuan(batch.fen)}，还差 {' 或 '.join(lacking)}"
