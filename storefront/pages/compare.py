"""Up to four offers side by side, the rows in which they differ lit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kernel.prices import price_at
from storefront.pages.cards import CardMaker, picture_url
from storefront.pages.offer import named_attributes, services
from storefront.pages.words import count_text, dispatch_text, grouped, percent_text, years_text, yuan
from storefront.ports import OfferView
from storefront.state import address
from taxonomy.model import Taxonomy

NAMES = frozenset({"品牌", "供应商"})  # what is in these rows is called so by people
Read = Callable[[OfferView], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``best``: the lowest price of those compared in one unit. ``without``: this comparison, the column left out.
    ``public``: what others pay, where the price is the company's own."""

    offer_id: str
    title: str
    href: str
    picture: str
    price: str
    unit: str
    at: str
    best: bool
    without: str
    public: str = ""
    because: str = ""
    starting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    label: str
    cells: Sequence[str]
    differs: bool
    worded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    columns: Sequence[Column]
    rows: Sequence[Row]
    differing: int


def compare_page(views: Sequence[OfferView], *, maker: CardMaker, taxonomy: Taxonomy) -> ComparePage:
    """Columns in the order asked; a cell without a value holds a dash."""
    quantity = maker.visit.quantity
    public = [price_at(v.offer.tiers, moq=v.offer.moq, quantity=quantity) for v in views]
    owned = [maker.own.get(v.offer.offer_id) for v in views]
    prices = [own or price for own, price in zip(owned, public, strict=True)]
    one_unit = len({v.offer.unit for v in views}) == 1
    lowest = min((p.unit_fen for p in prices if p), default=None)
    several = len({p.unit_fen for p in prices if p}) > 1
    columns = [
        Column(
            offer_id=view.offer.offer_id,
            title=view.offer.title,
            href=maker.offer_href(view.offer.offer_id),
            picture=picture_url(view.offer.picture),
            price=yuan(price.unit_fen) if price else "",
            unit=view.offer.unit,
            at=f"按 {price.quantity}{view.offer.unit}" if price else "",
            best=one_unit and several and price is not None and price.unit_fen == lowest,
            without=_without(view.offer.offer_id, views),
            public=yuan(others.unit_fen) if own and others else "",
            because=own.because if own else "",
            starting=own is not None and own.starting,
        )
        for view, price, own, others in zip(views, prices, owned, public, strict=True)
    ]
    rows = [_row(label, views, read) for label, read in _facts(maker.this_year)]
    named = [dict(named_attributes(view.offer, taxonomy)) for view in views]
    names = dict.fromkeys(name for attributes in named for name in attributes)
    rows += [_cells(name, [attributes.get(name, "") for attributes in named]) for name in names]
    rows = [row for row in rows if any(cell != "—" for cell in row.cells)]
    return ComparePage(columns=columns, rows=rows, differing=sum(row.differs for row in rows))


def _without(offer_id: str, views: Sequence[OfferView]) -> str:
    others = [view.offer.offer_id for view in views if view.offer.offer_id != offer_id]
    return address([("offer", other) for other in others], "/compare")


def _facts(this_year: int) -> Sequence[tuple[str, Read]]:
    return (
        ("价格阶梯", _ladder),
        ("起订量", lambda v: f"{v.offer.moq}{v.offer.unit}"),
        ("加购倍数", lambda v: f"{v.offer.pack_multiple}" if v.offer.pack_multiple > 1 else ""),
        ("库存", lambda v: grouped(v.offer.stock) if v.offer.stock is not None else ""),
        ("发货", lambda v: dispatch_text(v.offer.dispatch_hours)),
        ("服务", lambda v: "、".join(services(v.offer))),
        ("已售", lambda v: count_text(v.offer.sold_count)),
        ("品牌", lambda v: v.offer.brand),
        ("供应商", lambda v: v.supplier.name if v.supplier else ""),
        ("所在地", lambda v: " ".join(p for p in (v.supplier.province, v.supplier.city) if p) if v.supplier else ""),
        ("年限", lambda v: years_text(v.supplier.joined_year, this_year) if v.supplier else ""),
        ("认证", lambda v: ("已认证" if v.supplier.verified else "未认证") if v.supplier else ""),
        ("诚信等级", lambda v: f"{v.supplier.credit_level} 级" if v.supplier else ""),
        ("回头率", _repeat),
    )


def _ladder(view: OfferView) -> str:
    unit = view.offer.unit
    return "；".join(f"≥{t.min_quantity}{unit} ¥{yuan(t.unit_price_fen)}" for t in view.offer.tiers)


def _repeat(view: OfferView) -> str:
    rate = view.supplier.repeat_buyer_rate if view.supplier else None
    return percent_text(rate) if rate is not None else ""


def _row(label: str, views: Sequence[OfferView], read: Read) -> Row:
    return replace(_cells(label, [read(view) for view in views]), worded=label not in NAMES)


def _cells(label: str, texts: Sequence[str]) -> Row:
    return Row(label=label, cells=[text or "—" for text in texts], differs=len(set(texts)) > 1)
