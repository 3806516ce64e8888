"""One offer: the ladder with my tier lit, what the next tier saves, the supplier with the evidence of its credit."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kernel.clock import Clock
from kernel.offers import Offer, Supplier
from kernel.prices import OwnPrice, PriceTier, price_at
from ranking.credit import INDICATOR_LABELS, CreditScore
from search_api.present.facets import FLAG_LABELS
from search_api.recommend.results import Recommendations
from storefront.pages.cards import Card, CardMaker, comparable_text, picture_url
from storefront.pages.offer_pictures import ShownPicture, shown_pictures
from storefront.pages.words import count_text, dispatch_text, grouped, percent_text, years_text, yuan, yuan_parts
from storefront.ports import OfferView, OwnRead
from storefront.state import address
from storefront.visit import Visit
from taxonomy.model import Taxonomy

# Facts that are told in our words; all others are the supplier's own.
WORDED = frozenset({"装箱", "库存", "发货"})
FLAG_WORDS = {"yes": "是", "true": "是", "no": "否", "false": "否"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """``own``: what the visitor's company pays from the step's first piece on, where it has an agreement."""

    span: str
    yuan: str
    lit: bool
    own: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The price at my quantity. ``notes`` say where the quantity does not fit, ``fits`` lead to ones that do.
    ``public``: what others pay, where the price is the company's own; ``because`` says by which agreement,
    ``starting`` that other SKUs cost more."""

    quantity: int
    whole: str
    fraction: str
    subtotal: str
    comparable: str
    landed: str
    next_tier: str
    next_href: str
    notes: Sequence[str]
    fits: Sequence[tuple[str, str]]
    public: str = ""
    because: str = ""
    starting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRow:
    label: str
    good: str
    total: str
    share: str
    floor: str
    decides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierCard:
    name: str
    href: str
    place: str
    years: str
    verified: bool
    factory: bool
    repeat: str
    offers: str
    level: int
    rows: Sequence[CreditRow]
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    offer_id: str
    title: str
    picture: str
    images: Sequence[ShownPicture]
    path: Sequence[tuple[str, str]]
    unit: str
    moq: int
    step: int
    quantity: int
    order: Order | None
    tiers: Sequence[TierRow]
    facts: Sequence[tuple[str, str]]
    worded: Collection[str]
    attributes: Sequence[tuple[str, str]]
    description: str
    services: Sequence[str]
    sold: str
    supplier: SupplierCard | None
    same: Sequence[Card]
    similar: Sequence[Card]
    favourite: bool
    compared: bool


def offer_page(
    view: OfferView,
    *,
    maker: CardMaker,
    taxonomy: Taxonomy,
    clock: Clock,
    same: Recommendations | None,
    similar: Recommendations | None,
    own: OwnRead,
) -> OfferPage:
    """The page at the visit's quantity, the minimum order when none is said."""
    offer = view.offer
    quantity = maker.visit.quantity or offer.moq
    beside = [item.hit.offer_id for found in (same, similar) if found for item in found.items]
    maker = maker.knowing(own([offer.offer_id, *beside], maker.visit.quantity))
    return OfferPage(
        offer_id=offer.offer_id,
        title=offer.title,
        picture=picture_url(offer.picture),
        images=[each for each in shown_pictures(offer.images) if each.page],
        path=breadcrumb(offer.category_id, taxonomy),
        unit=offer.unit,
        moq=offer.moq,
        step=offer.pack_multiple,
        quantity=quantity,
        order=order_of(offer, quantity, visit=maker.visit, own=maker.own.get(offer.offer_id), ask=own),
        tiers=tier_rows(offer, quantity, own if offer.offer_id in maker.own else None),
        facts=list(_facts(offer, clock)),
        worded=WORDED,
        attributes=named_attributes(offer, taxonomy),
        description=offer.description,
        services=services(offer),
        sold=f"已售 {count_text(offer.sold_count, offer.unit)}" if offer.sold_count else "",
        supplier=_supplier(view.supplier, view, maker.this_year) if view.supplier else None,
        same=_cards(same, maker),
        similar=_cards(similar, maker),
        favourite=offer.offer_id in maker.kept.favourites,
        compared=offer.offer_id in maker.kept.compare,
    )


def breadcrumb(category_id: str | None, taxonomy: Taxonomy) -> list[tuple[str, str]]:
    """Names and addresses from the sector down."""
    if category_id is None or category_id not in taxonomy.nodes:
        return []
    return [(node.name, f"/category/{node.id}") for node in taxonomy.path(category_id)]


def order_of(offer: Offer, quantity: int, *, visit: Visit, own: OwnPrice | None, ask: OwnRead) -> Order | None:
    """What my quantity costs, by the record's ladder or the company's own price; None when the price is on request."""
    public = price_at(offer.tiers, moq=offer.moq, quantity=quantity)
    quoted = own or public
    if quoted is None:
        return None
    whole, fraction = yuan_parts(quoted.unit_fen)
    following = _next_tier(offer, quoted.quantity)
    return Order(
        quantity=quoted.quantity,
        whole=whole,
        fraction=fraction,
        subtotal=yuan(quoted.unit_fen * quoted.quantity),
        comparable=comparable_text(
            quoted.unit_fen, unit=offer.unit, units_per_pack=offer.units_per_pack, pack_unit=offer.pack_unit
        ),
        landed=f"包邮{('到 ' + visit.city) if visit.city else ''}，到手价即此价" if offer.freight_free else "",
        next_tier=_saving(offer, quoted.quantity, quoted.unit_fen, following, ask) if following else "",
        next_href=_at(offer, following.min_quantity) if following else "",
        notes=list(_misfits(offer, quantity)),
        fits=[(f"{fit}{offer.unit}", _at(offer, fit)) for fit in fitting(offer, quantity)],
        public=yuan(public.unit_fen) if own and public else "",
        because=own.because if own else "",
        starting=own is not None and own.starting,
    )


def tier_rows(offer: Offer, quantity: int, ask: OwnRead | None = None) -> list[TierRow]:
    """The ladder, the step that holds at ``quantity`` lit. ``ask``: what the visitor's company pays, where it has a
    price of its own; for the first piece of a step, which is the most that it pays within it."""
    asked = max(quantity, offer.moq)
    rows = []
    for n, tier in enumerate(offer.tiers):
        following = offer.tiers[n + 1] if n + 1 < len(offer.tiers) else None
        begins = max(tier.min_quantity, offer.moq)
        if following is not None and following.min_quantity <= offer.moq:
            continue  # a step that ends below the minimum order can never be bought
        end = following.min_quantity - 1 if following else None
        span = f"≥{begins}" if end is None else (f"{begins}" if end == begins else f"{begins}-{end}")
        lit = tier.min_quantity <= asked and (end is None or asked <= end)
        agreed = ask([offer.offer_id], begins).get(offer.offer_id) if ask else None
        own = yuan(agreed.unit_fen if agreed else tier.unit_price_fen) if ask else ""
        rows.append(TierRow(span=f"{span}{offer.unit}", yuan=yuan(tier.unit_price_fen), lit=lit, own=own))
    return rows


def fitting(offer: Offer, quantity: int) -> list[int]:
    """The nearest quantities that can be ordered, when this one cannot: the multiple below and the one above."""
    step = offer.pack_multiple
    least = -(-offer.moq // step) * step
    if quantity >= offer.moq and quantity % step == 0:
        return []
    below, above = quantity // step * step, -(-quantity // step) * step
    return sorted({max(least, below), max(least, above)})


def _misfits(offer: Offer, quantity: int) -> list[str]:
    notes = []
    if quantity < offer.moq:
        notes.append(f"起订量为 {offer.moq}{offer.unit}，已按起订量计价")
    elif quantity % offer.pack_multiple:
        notes.append(f"须为 {offer.pack_multiple} 的整数倍")
    if offer.stock is not None and quantity > offer.stock:
        notes.append(f"库存 {grouped(offer.stock)}{offer.unit}，超出部分请先与供应商确认")
    return notes


def _next_tier(offer: Offer, quantity: int) -> PriceTier | None:
    return next((tier for tier in offer.tiers if tier.min_quantity > quantity), None)


def _saving(offer: Offer, quantity: int, unit_fen: int, following: PriceTier, ask: OwnRead) -> str:
    """``再买 50 件省 8%``, by what this company would pay there; empty when the next step costs the same."""
    own = ask([offer.offer_id], following.min_quantity).get(offer.offer_id)
    then = own.unit_fen if own else following.unit_price_fen
    saved = 100 * (unit_fen - then) // unit_fen
    more = following.min_quantity - quantity
    return f"再买 {grouped(more)}{offer.unit}，单价省 {saved}%" if saved > 0 else ""


def _at(offer: Offer, quantity: int) -> str:
    return address([("quantity", str(quantity))], f"/offer/{offer.offer_id}")


def _facts(offer: Offer, clock: Clock) -> list[tuple[str, str]]:
    listed = datetime.datetime.fromtimestamp(offer.published_at, tz=datetime.UTC).date().isoformat()
    facts = [
        ("货号", offer.item_code),
        ("条码", offer.barcode),
        ("品牌", offer.brand),
        ("发货地", offer.origin),
        ("装箱", f"{offer.units_per_pack}{offer.unit}/{offer.pack_unit}" if offer.units_per_pack > 1 else ""),
        ("库存", f"{grouped(offer.stock)}{offer.unit}" if offer.stock is not None else ""),
        ("发货", dispatch_text(offer.dispatch_hours)),
        ("样品价", f"¥{yuan(offer.sample_price_fen)}" if offer.sample_price_fen is not None else ""),
        ("代发价", f"¥{yuan(offer.dropship_price_fen)}" if offer.dropship_price_fen is not None else ""),
        ("上架", listed if 0 < offer.published_at <= clock.now() else ""),
    ]
    return [(name, text) for name, text in facts if text]


def named_attributes(offer: Offer, taxonomy: Taxonomy) -> list[tuple[str, str]]:
    """Attributes by the taxonomy's names and units, in its order; the supplier's own ones after them."""
    category = offer.category_id
    known = taxonomy.attributes(category) if category is not None and category in taxonomy.nodes else ()
    order = {attribute.id: (n, attribute) for n, attribute in enumerate(known)}
    named = []
    for key in sorted(offer.attributes, key=lambda k: order[k][0] if k in order else len(order)):
        attribute = order[key][1] if key in order else None
        unit = attribute.unit if attribute else ""
        flag = attribute is not None and attribute.type == "flag"
        texts = [FLAG_WORDS.get(value, value) if flag else value for value in offer.attributes[key]]
        name = attribute.name if attribute else taxonomy.attribute_names.get(key, key)
        named.append((name, "、".join(t if not unit or t.endswith(unit) else f"{t}{unit}" for t in texts)))
    return named


def services(offer: Offer) -> list[str]:
    """What the supplier offers, in the words of the filters."""
    offered = {
        "dropship": offer.dropship,
        "sample": offer.sample_price_fen is not None,
        "customisation": offer.customisation,
        "invoice": offer.invoice,
        "freight_free": offer.freight_free,
        "in_stock": offer.stock is not None and offer.stock >= offer.moq,
    }
    return [FLAG_LABELS[flag] for flag, there in offered.items() if there]


def _supplier(supplier: Supplier, view: OfferView, this_year: int) -> SupplierCard:
    return SupplierCard(
        name=supplier.name,
        href=address([("supplier", supplier.supplier_id)]),
        place=" ".join(part for part in (supplier.province, supplier.city) if part),
        years=years_text(supplier.joined_year, this_year),
        verified=supplier.verified,
        factory=supplier.factory,
        repeat=percent_text(supplier.repeat_buyer_rate) if supplier.repeat_buyer_rate is not None else "",
        offers=grouped(view.supplier_offers) if view.supplier_offers else "",
        level=view.credit.level if view.credit else supplier.credit_level,
        rows=_credit_rows(view.credit) if view.credit else [],
        decided_by=INDICATOR_LABELS.get(view.credit.decided_by, "") if view.credit else "",
    )


def _credit_rows(credit: CreditScore) -> list[CreditRow]:
    """Outcomes counted, and the bound that the score takes: what can be said with 95 % confidence."""
    return [
        CreditRow(
            label=INDICATOR_LABELS[indicator.name],
            good=grouped(indicator.good),
            total=grouped(indicator.good + indicator.bad),
            share=percent_text(indicator.good / (indicator.good + indicator.bad))
            if indicator.good + indicator.bad
            else "",
            floor=percent_text(indicator.lower_bound),
            decides=indicator.name == credit.decided_by,
        )
        for indicator in credit.indicators
    ]


def _cards(found: Recommendations | None, maker: CardMaker) -> list[Card]:
    return [maker.card(item.hit, reasons=item.reasons) for item in found.items] if found else []
