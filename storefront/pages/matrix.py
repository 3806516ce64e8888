"""The SKU matrix of an offer: many quantities at once, priced by the record, each refusal beside its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.prices.basket import Problem
from catalog_service.domain.prices.line import Priced
from catalog_service.domain.prices.terms import SupplierTerms
from catalog_service.domain.skus.values import SkuView
from kernel.errors import PifaError
from kernel.money import yuan_text
from kernel.prices import price_at
from storefront.pages.cart import steps_text
from storefront.pages.words import grouped, yuan
from storefront.ports import OfferView


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    sku_id: str
    name: str
    stock: str
    from_price: str
    typed: str
    unit_price: str
    amount: str
    steps: Sequence[str]
    troubles: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """``csrf``, ``once`` and ``fresh``: what its form carries, and the cookie that binds it."""

    offer_id: str
    unit: str
    rows: Sequence[MatrixRow]
    rules: Sequence[str]
    pieces: int
    total: str
    error: PifaError | None
    csrf: str
    once: str
    fresh: str


def matrix_of(
    view: OfferView,
    *,
    typed: Mapping[str, str],
    priced: Priced | None,
    mixed: SupplierTerms | None,
    error: PifaError | None,
    keys: tuple[str, str, str],
) -> Matrix:
    """What is on sale of the offer, with what was typed and what it costs."""
    lines = {line.sku_id: line for line in priced.order.lines} if priced else {}
    problems = priced.problems if priced else ()
    rows = []
    for each in on_sale(view):
        line = lines.get(each.sku.sku_id)
        known = line is not None and bool(line.steps)
        rows.append(
            MatrixRow(
                sku_id=each.sku.sku_id,
                name=each.sku.name,
                stock="" if each.available is None else grouped(each.available),
                from_price=_from(view, each),
                typed=typed.get(each.sku.sku_id, ""),
                unit_price=yuan(line.unit_fen) if line is not None and known else "",
                amount=yuan(line.amount_fen) if line is not None and known else "",
                steps=steps_text(line.steps) if line is not None else (),
                troubles=[problem.message for problem in problems if problem.sku_id == each.sku.sku_id],
            )
        )
    csrf, once, fresh = keys
    return Matrix(
        offer_id=view.offer.offer_id,
        unit=view.offer.unit,
        rows=rows,
        rules=list(rules_of(view, mixed)),
        pieces=sum(line.quantity for line in lines.values()),
        total=yuan(priced.order.goods_fen) if priced else "",
        error=error,
        csrf=csrf,
        once=once,
        fresh=fresh,
    )


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


def _from(view: OfferView, each: SkuView) -> str:
    """The price at the minimum, before anything is typed."""
    offer = view.offer
    quoted = price_at(each.sku.tiers or offer.tiers, moq=offer.moq, quantity=offer.moq)
    return yuan(quoted.unit_fen) if quoted else ""
