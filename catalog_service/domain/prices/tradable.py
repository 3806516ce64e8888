"""Whether a SKU can be had at all: its offer before the buyers, the SKU on sale, with a price, enough of it there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog_service.domain.prices.basket import ORDER_FEN_MAX, Basket, Line, Problem
from catalog_service.domain.prices.values import Wanted


def refuse_strangers(basket: Basket, wanted: Sequence[Wanted]) -> Iterator[Problem]:
    """SKUs that are not there, or another supplier's."""
    known = {line.facts.sku.sku_id for line in basket.lines}
    for sku_id in sorted({each.sku_id for each in wanted} - known):
        yield Problem(
            code="not_tradable", message=f"规格 {sku_id} 不存在或不属于这家供应商", sku_id=sku_id,
            facts={"reason": "unknown"},
        )  # fmt: skip


def refuse_untradable(basket: Basket) -> Iterator[Problem]:
    for line in basket.lines:
        reason, message = _reason(line)
        if reason:
            offer = line.facts.offer
            yield Problem(
                code="not_tradable", message=f"“{offer.title}”{message}", sku_id=line.facts.sku.sku_id,
                offer_id=offer.offer_id, facts={"reason": reason},
            )  # fmt: skip


def refuse_out_of_stock(basket: Basket) -> Iterator[Problem]:
    for line in basket.lines:
        available = line.facts.available
        if available is not None and available < line.quantity:
            yield Problem(
                code="out_of_stock",
                message=f"“{line.facts.offer.title}”{line.facts.sku.name}库存 {available}，少于所需的 {line.quantity}",
                sku_id=line.facts.sku.sku_id,
                offer_id=line.facts.offer.offer_id,
                facts={"wanted": line.quantity, "available": available},
            )


def refuse_huge(basket: Basket) -> Iterator[Problem]:
    if basket.goods_fen > ORDER_FEN_MAX:
        yield Problem(
            code="not_tradable", message="金额超出一笔订单的上限，请分多笔下单",
            facts={"reason": "order_too_large", "fen_max": ORDER_FEN_MAX},
        )  # fmt: skip


def _reason(line: Line) -> tuple[str, str]:
    if not line.facts.live:
        return "not_live", "已下架"
    if line.facts.sku.retired or not line.facts.sku.on_sale:
        return "not_on_sale", f"{line.facts.sku.name}已停售"
    if line.unit_fen is None:
        return "price_on_request", "价格面议，请先询价"
    return "", ""
