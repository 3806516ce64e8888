"""A hit as a card: price at my quantity first, then what a buyer weighs; every fact leads to its filter."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from markupsafe import Markup

from kernel.clock import Clock
from kernel.prices import OwnPrice
from search_api.results import Hit, SupplierView
from storefront.kept import Kept
from storefront.pages.words import count_text, dispatch_text, percent_text, piece_text, years_text, yuan, yuan_parts
from storefront.state import ResultsState, address
from storefront.visit import Visit
from web.places import told_city
from web.translation import HAN

TAG_FLAGS = {
    "源头工厂": "factory",
    "一件代发": "dropship",
    "包邮": "freight_free",
    "含税": "invoice",
    "现货": "in_stock",
}
DISPATCH_SOON_HOURS = 48  # the filter that buyers know from other markets
TAGS_ON_CARD = 4  # two lines of them at most, in the order of the filters, dispatch last
TIERS_ON_CARD = 2  # the steps still ahead of my quantity; two fit the line


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLink:
    """A fact, and the address that filters by it."""

    text: str
    href: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """The price as shown. ``whole`` empty: on request. ``comparable``: the price of one piece or of a pack. ``public``:
    what others pay, where the price is the company's own; ``because`` says by which agreement, ``starting`` that
    other SKUs cost more."""

    whole: str
    fraction: str
    unit: str
    at: str
    comparable: str
    public: str = ""
    because: str = ""
    starting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierLine:
    name: str
    href: str
    years: str
    credit_level: int
    verified: bool
    factory: bool
    repeat: str
    region: str
    region_href: str
    near: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    offer_id: str
    href: str
    title: str
    title_html: Markup
    picture: str
    price: PriceLine
    tiers: Sequence[str]
    moq: FactLink
    sold: str
    supplier: SupplierLine | None
    tags: Sequence[FactLink]
    favourite: bool
    compared: bool
    why_href: str = ""
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMaker:
    """Makes cards for one visit; on a results page a fact narrows that very search (``state``). ``own``: private prices
    of the company that looks, by offer."""

    visit: Visit
    kept: Kept
    this_year: int
    state: ResultsState | None = None
    own: Mapping[str, OwnPrice] = field(default_factory=dict)

    @staticmethod
    def of(visit: Visit, kept: Kept, clock: Clock, *, state: ResultsState | None = None) -> CardMaker:
        year = datetime.datetime.fromtimestamp(clock.now(), tz=datetime.UTC).year
        return CardMaker(visit=visit, kept=kept, this_year=year, state=state)

    def knowing(self, own: Mapping[str, OwnPrice]) -> CardMaker:
        """The same, for a company with these prices of its own."""
        return replace(self, own=own)

    def card(self, hit: Hit, *, why_href: str = "", reasons: Sequence[str] = ()) -> Card:
        """One card; ``why_href`` leads to the explanation of its rank."""
        return Card(
            offer_id=hit.offer_id,
            href=self.offer_href(hit.offer_id),
            title=hit.title,
            title_html=Markup(hit.highlight),  # noqa: S704 - escaped where it was marked, in search_api.present.highlight
            picture=picture_url(hit.picture),
            price=self._price(hit),
            tiers=[
                f"≥{tier.min_quantity} ¥{yuan(tier.unit_fen)}"
                for tier in hit.price.tiers
                if tier.min_quantity > hit.price.quantity and tier.unit_fen < self._unit_fen(hit)
            ][:TIERS_ON_CARD],
            moq=FactLink(
                text=f"{hit.moq}{hit.unit}起批",
                href=self._filter("moq_max", str(hit.moq)),
                hint=f"筛选：起订量不超过 {hit.moq}",
            ),
            sold=f"已售 {count_text(hit.sold_count, hit.unit)}" if hit.sold_count else "新品",
            supplier=self._supplier(hit.supplier) if hit.supplier else None,
            tags=list(self._tags(hit)),
            favourite=hit.offer_id in self.kept.favourites,
            compared=hit.offer_id in self.kept.compare,
            why_href=why_href,
            reasons=reasons,
        )

    def offer_href(self, offer_id: str) -> str:
        """The offer's page at my quantity."""
        quantity = [("quantity", str(self.visit.quantity))] if self.visit.quantity else []
        return address(quantity, f"/offer/{quote(offer_id, safe=':')}")

    def _price(self, hit: Hit) -> PriceLine:
        own = self.own.get(hit.offer_id)
        if hit.price.unit_fen is None and own is None:
            return PriceLine(whole="", fraction="", unit=hit.unit, at="", comparable="")
        unit_fen = self._unit_fen(hit)
        whole, fraction = yuan_parts(unit_fen)
        quantity, basis = (own.quantity, own.basis) if own else (hit.price.quantity, hit.price.basis)
        return PriceLine(
            whole=whole,
            fraction=fraction,
            unit=hit.unit,
            at=f"按 {quantity}{hit.unit}" if basis == "quantity" else f"按起批 {quantity}{hit.unit}",
            comparable=comparable_text(
                unit_fen, unit=hit.unit, units_per_pack=hit.units_per_pack, pack_unit=hit.pack_unit
            ),
            public=yuan(hit.price.unit_fen) if own and hit.price.unit_fen is not None else "",
            because=own.because if own else "",
            starting=own is not None and own.starting,
        )

    def _unit_fen(self, hit: Hit) -> int:
        """What this visitor pays for one; 0 on request."""
        own = self.own.get(hit.offer_id)
        return own.unit_fen if own else hit.price.unit_fen or 0

    def _supplier(self, supplier: SupplierView) -> SupplierLine:
        return SupplierLine(
            name=supplier.name,
            href=self._filter("supplier", supplier.id),
            years=years_text(supplier.joined_year, self.this_year),
            credit_level=supplier.credit_level,
            verified=supplier.verified,
            factory=supplier.factory,
            repeat=f"回头率 {percent_text(supplier.repeat_buyer_rate)}" if supplier.repeat_buyer_rate else "",
            region=supplier.region,
            region_href=self._filter("region", supplier.region.replace(" ", "/")) if supplier.region else "",
            near=is_near(self.visit.city, supplier.region),
        )

    def _tags(self, hit: Hit) -> list[FactLink]:
        tags = [
            FactLink(text=tag, href=self._filter(TAG_FLAGS[tag], "true"), hint=f"筛选：{tag}")
            for tag in hit.tags
            if tag in TAG_FLAGS
        ]
        soon = hit.dispatch_hours is not None and hit.dispatch_hours <= DISPATCH_SOON_HOURS
        if soon:
            href = self._filter("dispatch_hours_max", str(DISPATCH_SOON_HOURS))
            tags.append(FactLink(text=dispatch_text(hit.dispatch_hours), href=href, hint="筛选：48小时内发货"))
        return tags[:TAGS_ON_CARD]

    def _filter(self, name: str, value: str) -> str:
        if self.state is not None:
            return self.state.replaced(**{name: value})
        quantity = [("quantity", str(self.visit.quantity))] if self.visit.quantity else []
        return address([*quantity, (name, value)])


def is_near(typed: str, region: str) -> bool:
    """Whether the supplier is in the visitor's city, typed in Chinese or as an English page writes it."""
    if not typed or not region:
        return False
    if HAN.search(typed):
        return typed.replace("/", " ").split()[-1].removesuffix("市") in region
    return typed.casefold() == told_city(region.rsplit(maxsplit=1)[-1], "en").casefold()


def comparable_text(unit_fen: int, *, unit: str, units_per_pack: int, pack_unit: str) -> str:
    """What stands beside a price where packs differ: of a piece when sold by the pack, else of a pack."""
    if units_per_pack <= 1 or not pack_unit:
        return ""
    if unit == pack_unit:
        return f"合 ¥{piece_text(unit_fen, units_per_pack)}/件（{units_per_pack}件/{pack_unit}）"
    return f"¥{yuan(unit_fen * units_per_pack)}/{pack_unit}（{units_per_pack}{unit}）"


def picture_url(picture: str) -> str:
    """The picture's address when it is one of ours or served over https; empty for anything else."""
    return (
        picture if picture.startswith("https://") or (picture.startswith("/") and not picture.startswith("//")) else ""
    )
