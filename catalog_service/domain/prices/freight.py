"""Carriage to the buyer's province: a template's lines together, by weight; what is free of freight weighs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog_service.domain.prices.basket import Basket, Line, Problem
from catalog_service.domain.prices.terms import FreightTemplate, FreightZone
from kernel.money import yuan_text

NAME = "freight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """What carriage costs, and why."""

    fen: int
    because: str


def freight(basket: Basket) -> Carriage:
    """Over all templates, of the offers and the supplier's own for those that name none. Lines without any go at the
    supplier's cost, and the step says so: a buyer need not guess whether freight was forgotten."""
    parts = [_charge(template, lines, basket.region) for template, lines in parts_with_freight(basket)]
    if any(_without_template(basket, line) for line in basket.lines):
        borne = "部分商品没有运费模板，运费由卖家承担" if parts else "没有运费模板，运费由卖家承担"
        parts.append(Carriage(fen=0, because=borne))
    if not parts:
        return Carriage(fen=0, because="包邮")
    return Carriage(fen=sum(part.fen for part in parts), because="；".join(part.because for part in parts))


def _without_template(basket: Basket, line: Line) -> bool:
    return line.facts.terms.freight_template_id not in basket.facts.freight and not line.facts.offer.freight_free


def refuse_undelivered(basket: Basket) -> Iterator[Problem]:
    """Lines whose template does not go there, free of freight or not."""
    if not basket.region:
        return
    for line in basket.lines:
        template = basket.facts.freight.get(line.facts.terms.freight_template_id or "")
        zone = None if template is None else zone_of(template, basket.region)
        if template is not None and (zone is None or not zone.delivered):
            yield Problem(
                code="not_delivered", message=f"“{line.facts.offer.title}”不发往{basket.region}",
                sku_id=line.facts.sku.sku_id, offer_id=line.facts.offer.offer_id, facts={"region": basket.region},
            )  # fmt: skip


def zone_of(template: FreightTemplate, region: str) -> FreightZone | None:
    """The zone that names the province, else the one for the rest, else None."""
    rest = None
    for zone in template.zones:
        if region in zone.regions:
            return zone
        if not zone.regions:
            rest = zone
    return rest


def free_from(template: FreightTemplate, region: str) -> tuple[int | None, int | None]:
    """From which sum (fen) and from how many pieces on a template's part goes free to a province; None: never."""
    zone = zone_of(template, region) if region else None
    if zone is None or not zone.delivered:
        return None, None
    return zone.free_fen, zone.free_pieces


def weight_fen(zone: FreightZone, weight_g: int) -> int:
    """First weight, then every step begun."""
    over = max(0, weight_g - zone.first_g)
    steps = -(-over // zone.step_g) if zone.step_g else 0
    return zone.first_fen + steps * zone.step_fen


def parts_with_freight(basket: Basket) -> Iterator[tuple[FreightTemplate, Sequence[Line]]]:
    """Each template with the lines that it charges together."""
    groups: dict[str, list[Line]] = {}
    for line in basket.lines:
        template_id = line.facts.terms.freight_template_id
        if template_id in basket.facts.freight and template_id is not None and not line.facts.offer.freight_free:
            groups.setdefault(template_id, []).append(line)
    for template_id in sorted(groups):
        yield basket.facts.freight[template_id], groups[template_id]


def _charge(template: FreightTemplate, lines: Sequence[Line], region: str) -> Carriage:
    zone = zone_of(template, region) if region else None
    if zone is None or not zone.delivered:
        return Carriage(fen=0, because=f"“{template.name}”：未知收货地区")
    fen = sum(line.amount_fen for line in lines)
    pieces = sum(line.quantity for line in lines)
    weight = sum(line.facts.sku.weight_g * line.quantity for line in lines)
    if zone.free_fen is not None and fen >= zone.free_fen:
        return Carriage(fen=0, because=f"“{template.name}”：满 {yuan_text(zone.free_fen)} 元包邮")
    if zone.free_pieces is not None and pieces >= zone.free_pieces:
        return Carriage(fen=0, because=f"“{template.name}”：满 {zone.free_pieces} 件包邮")
    return Carriage(fen=weight_fen(zone, weight), because=f"“{template.name}”：{region}，{weight} 克")
