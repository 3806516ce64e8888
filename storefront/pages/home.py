"""The home page: the menu of sectors and blocks of goods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from search_api.parameters import search_items
from search_api.requests import SearchRequest
from storefront.pages.cards import Card, CardMaker
from storefront.ports import OwnRead, Searching
from storefront.state import address
from taxonomy.model import Taxonomy

BLOCK_CARDS = 12  # two rows of six on a desktop, six of two on a phone
# Icons of the sprite, by sector; a sector that is new shows the neutral one.
SECTOR_ICONS: Mapping[str, str] = {
    "01": "cog", "02": "settings-2", "03": "bolt", "04": "hammer", "05": "plug",
    "06": "circuit-board", "07": "flask-conical", "08": "circle-dashed", "09": "cuboid", "10": "brick-wall",
    "11": "fuel", "12": "gauge", "13": "hard-hat", "14": "package-2", "15": "spool",
    "16": "shirt", "17": "scissors", "18": "footprints", "19": "handbag", "20": "gem",
    "21": "toy-brick", "22": "baby", "23": "bed-double", "24": "utensils", "25": "armchair",
    "26": "lamp", "27": "refrigerator", "28": "smartphone", "29": "notebook-pen", "30": "dumbbell",
    "31": "gift", "32": "brush", "33": "pill", "34": "wine", "35": "tractor",
    "36": "paw-print", "37": "car", "38": "container", "39": "recycle", "40": "wrench",
}  # fmt: skip
BLOCKS: tuple[tuple[str, str, str, SearchRequest], ...] = (
    ("best", "热销货源", "按累计销量", SearchRequest(sort="sales", size=BLOCK_CARDS)),
    ("newest", "新品上架", "按上架时间", SearchRequest(sort="newest", size=BLOCK_CARDS)),
    (
        "dropship",
        "一件代发",
        "一件起发，不压货",
        SearchRequest(sort="sales", size=BLOCK_CARDS, flags={"dropship": True}),
    ),
    ("factory", "源头工厂", "厂家直供", SearchRequest(sort="sales", size=BLOCK_CARDS, flags={"factory": True})),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorMenu:
    id: str
    name: str
    name_en: str
    icon: str
    href: str
    groups: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    key: str
    title: str
    note: str
    href: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    sectors: Sequence[SectorMenu]
    blocks: Sequence[Block]
    examples: Sequence[tuple[str, str]]


EXAMPLES = ("连衣裙 夏季 女", "304不锈钢螺丝 M8x30", "充电宝 快充 10000毫安", "韩版女包 10元以下", "手机壳 不要硅胶")


def sector_menu(taxonomy: Taxonomy) -> list[SectorMenu]:
    """Every sector with its groups."""
    return [
        SectorMenu(
            id=sector.id,
            name=sector.name,
            name_en=sector.name_en,
            icon=SECTOR_ICONS.get(sector.id, "layout-grid"),
            href=f"/category/{sector.id}",
            groups=[(group.name, f"/category/{group.id}") for group in taxonomy.children.get(sector.id, ())],
        )
        for sector in taxonomy.sectors
    ]


def home_page(search: Searching, *, menu: Sequence[SectorMenu], maker: CardMaker, own: OwnRead) -> HomePage:
    """The page at the visit's quantity; a block that is empty is left out. All blocks' own prices are read at once."""
    found = []
    shown: set[str] = set()
    for key, title, note, request in BLOCKS:
        asked = _at_quantity(request, maker.visit.quantity)
        hits = [hit for hit in search.search(asked, facets=False).hits if hit.offer_id not in shown]
        shown.update(hit.offer_id for hit in hits)
        if hits:
            found.append((key, title, note, asked, hits[:BLOCK_CARDS]))
    offer_ids = [hit.offer_id for *_, hits in found for hit in hits]
    maker = maker.knowing(own(offer_ids, maker.visit.quantity))
    blocks = [
        Block(key=key, title=title, note=note, href=address(_items(asked)), cards=[maker.card(hit) for hit in hits])
        for key, title, note, asked, hits in found
    ]
    return HomePage(sectors=menu, blocks=blocks, examples=[(text, address([("q", text)])) for text in EXAMPLES])


def _at_quantity(request: SearchRequest, quantity: int | None) -> SearchRequest:
    return replace(request, quantity=quantity, size=2 * BLOCK_CARDS)


def _items(request: SearchRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, value in search_items(request) if name != "size"]
