"""What a supplier agrees for all of its offers: buyer groups, mixed batches, discounts, freight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.prices.regions import province_of
from catalog_service.domain.text import clean_line
from kernel.errors import Invalid
from kernel.ids import validate_id
from kernel.money import PRICE_FEN_MAX
from kernel.prices import QUANTITY_MAX, PriceTier, validate_ladder

RATE_BP_WHOLE = 10_000  # of ten thousand: a hundredth of a percent is the finest that agreements state
NAME_CHARACTERS_MAX = 60  # one line of a list
MEMBERS_MAX = 5_000  # companies of a group: above the customers that a wholesaler knows by name
PRIVATE_PRICES_MAX = 5_000  # of a group: a whole catalog of agreed prices
ZONES_MAX = 40  # one for each of the 34 provinces, and some to spare
DISCOUNTS_MAX = 10  # as for ladders
WEIGHT_G_MAX = 1_000_000_000  # as for SKUs


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerGroup:
    """Companies that pay ``rate_bp`` ten-thousandths of the price, or what was agreed for single offers and SKUs."""

    group_id: str
    supplier_id: str
    name: str
    rate_bp: int = RATE_BP_WHOLE
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """From ``from_fen`` of goods on, ``off_fen`` less."""

    from_fen: int
    off_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierTerms:
    """Mixed batches (混批) hold when the offers that take part reach so many pieces, or so much money, together; None
    for both: there are none. ``freight_template_id``: by which template offers go that name none (默认运费模板); None:
    the supplier bears their freight."""

    supplier_id: str
    mixed_pieces_min: int | None = None
    mixed_fen_min: int | None = None
    discounts: tuple[Discount, ...] = ()
    freight_template_id: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FreightZone:
    """Some provinces (none: all the others) and what carriage there costs. ``delivered`` False: not at all."""

    regions: tuple[str, ...] = ()
    delivered: bool = True
    first_g: int = 0
    first_fen: int = 0
    step_g: int = 0
    step_fen: int = 0
    free_fen: int | None = None
    free_pieces: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreightTemplate:
    template_id: str
    supplier_id: str
    name: str
    zones: tuple[FreightZone, ...]
    version: int = 1


def accept_group(group: BuyerGroup) -> BuyerGroup:
    """The group cleaned, or ``Invalid``."""
    _within(group.rate_bp, 1, RATE_BP_WHOLE, "rate_bp", "折扣（万分之几）")
    return replace(group, name=_name(group.name))


def accept_private_ladder(tiers: Sequence[PriceTier]) -> tuple[PriceTier, ...]:
    """A ladder of its own, which may begin above the offer's minimum."""
    if not tiers:
        raise Invalid("专属价至少要有一级", parameter="tiers")
    validate_ladder(tiers, moq=tiers[0].min_quantity)
    return tuple(tiers)


def accept_terms(terms: SupplierTerms) -> SupplierTerms:
    """The terms, or ``Invalid``: more bought is never less off, and never more off than bought."""
    if terms.mixed_pieces_min is not None:
        _within(terms.mixed_pieces_min, 1, QUANTITY_MAX, "mixed_pieces_min", "混批件数")
    if terms.mixed_fen_min is not None:
        _within(terms.mixed_fen_min, 1, PRICE_FEN_MAX, "mixed_fen_min", "混批金额（分）")
    if len(terms.discounts) > DISCOUNTS_MAX:
        raise Invalid(f"满减最多 {DISCOUNTS_MAX} 档", parameter="discounts")
    if terms.freight_template_id is not None:
        validate_id(terms.freight_template_id, parameter="freight_template_id")
    before: Discount | None = None
    for step in terms.discounts:
        _within(step.from_fen, 1, PRICE_FEN_MAX, "discounts", "满减门槛（分）")
        _within(step.off_fen, 1, step.from_fen, "discounts", "满减金额（分）")
        if before is not None and (step.from_fen <= before.from_fen or step.off_fen <= before.off_fen):
            raise Invalid("满减门槛和金额必须逐档递增", parameter="discounts")
        before = step
    return terms


def accept_template(template: FreightTemplate) -> FreightTemplate:
    """The template with the provinces' short names, or ``Invalid``: no province in two zones, one zone for the rest."""
    if not 1 <= len(template.zones) <= ZONES_MAX:
        raise Invalid(f"运费区域必须有 1 到 {ZONES_MAX} 个", parameter="zones")
    zones = tuple(_zone(zone, f"zones.{place}") for place, zone in enumerate(template.zones))
    named = [region for zone in zones for region in zone.regions]
    twice = next((region for region in named if named.count(region) > 1), None)
    if twice is not None:
        raise Invalid(f"{twice}出现在多个运费区域", parameter="zones")
    if sum(not zone.regions for zone in zones) > 1:
        raise Invalid("“其余地区”只能有一个", parameter="zones")
    return replace(template, name=_name(template.name), zones=zones)


def _zone(zone: FreightZone, where: str) -> FreightZone:
    for name, label in (("first_g", "首重（克）"), ("step_g", "续重（克）")):
        _within(getattr(zone, name), 0, WEIGHT_G_MAX, f"{where}.{name}", label)
    for name, label in (("first_fen", "首重运费（分）"), ("step_fen", "续重运费（分）")):
        _within(getattr(zone, name), 0, PRICE_FEN_MAX, f"{where}.{name}", label)
    if zone.step_fen and not zone.step_g:
        raise Invalid("有续重运费就必须有续重", parameter=f"{where}.step_g")
    if zone.free_fen is not None:
        _within(zone.free_fen, 0, PRICE_FEN_MAX, f"{where}.free_fen", "包邮金额（分）")
    if zone.free_pieces is not None:
        _within(zone.free_pieces, 1, QUANTITY_MAX, f"{where}.free_pieces", "包邮件数")
    return replace(zone, regions=tuple(province_of(region, parameter=f"{where}.regions") for region in zone.regions))


def _name(name: str) -> str:
    cleaned = clean_line(name)
    if not 1 <= len(cleaned) <= NAME_CHARACTERS_MAX:
        raise Invalid(f"名称必须是 1 到 {NAME_CHARACTERS_MAX} 字", parameter="name")
    return cleaned


def _within(value: int, low: int, high: int, parameter: str, label: str) -> None:
    if not low <= value <= high:
        raise Invalid(f"{label}必须在 {low} 到 {high} 之间", parameter=parameter)
