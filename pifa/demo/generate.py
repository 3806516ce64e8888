"""The demo catalog: listings in batches, the same for the same seed.

Listing ``n`` depends on the seed, the suppliers and ``n`` alone, so a larger catalog begins with the smaller one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from kernel.errors import Invalid
from kernel.offers import Offer
from kernel.prices import PriceTier
from pifa.demo.facts import listed_attributes, listing_facts
from pifa.demo.items import Facts, Item, draw_item, more_pictures
from pifa.demo.leaves import Leaves, prepare_leaves
from pifa.demo.sentences import describe
from pifa.demo.suppliers import DemoSupplier, Market, brand_name, make_suppliers
from pifa.demo.terms import Terms, draw_terms
from pifa.demo.titles import TitleWriter
from pifa.demo.words import Words, load_words
from taxonomy.model import Taxonomy

BATCH_ROWS = 1_000
LISTINGS_MAX = 10_000_000  # the ids have seven digits after the first
SUPPLIERS_MAX = 100_000
BLOCK = 1_024  # copies of an item stand in the same block of listings, so that a block is planned at a time
COPIED_ITEMS_PER_BLOCK = 36  # with four copies each on average: about one listing in seven is a copy
ATTACK_SHARE = 0.03
ATTACKS = ("stuffing", "bait_price", "wrong_category")
TWO_YEARS_S = 2 * 365 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoListing:
    """An offer and what only the generator knows of it.

    ``item_key``: equal for copies of one item (同款). ``attack``: "" or one of ``ATTACKS``. ``leaf_id``: what it is.
    ``facts``: everything true of it by attribute id, whether title and attributes say it or not.
    """

    offer: Offer
    item_key: str
    leaf_id: str
    facts: Mapping[str, tuple[str, ...]]
    attack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Suppliers come in the first batches, listings after them."""

    suppliers: tuple[DemoSupplier, ...] = ()
    listings: tuple[DemoListing, ...] = ()

    @property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(listing.offer for listing in self.listings)


def generate(
    taxonomy: Taxonomy, *, listings: int, suppliers: int, seed: int, now: int, data_dir: Path
) -> Iterator[Batch]:
    """Batches of at most ``BATCH_ROWS``, all suppliers first; memory does not grow with ``listings``.

    ``now``: seconds since the epoch, UTC; nothing was published later. ``data_dir``: the directory of the word lists.
    Raises ``Invalid`` for counts out of bounds and ``DemoDataInvalid`` for word lists that cannot be read.
    """
    if not 0 <= listings <= LISTINGS_MAX:
        raise Invalid(f"货品数必须在 0 到 {LISTINGS_MAX} 之间", parameter="listings")
    if not 1 <= suppliers <= SUPPLIERS_MAX:
        raise Invalid(f"供应商数必须在 1 到 {SUPPLIERS_MAX} 之间", parameter="suppliers")
    return _batches(taxonomy, load_words(data_dir), listings, suppliers, seed, now)


def _batches(taxonomy: Taxonomy, words: Words, listings: int, suppliers: int, seed: int, now: int) -> Iterator[Batch]:
    leaves = prepare_leaves(taxonomy, words, seed=seed)
    sellers = make_suppliers(leaves, words, count=suppliers, seed=seed, now=now)
    for start in range(0, suppliers, BATCH_ROWS):
        yield Batch(suppliers=tuple(sellers[start : start + BATCH_ROWS]))
    maker = _ListingMaker(leaves, words, Market(sellers), seed, now)
    for start in range(0, listings, BATCH_ROWS):
        stop = min(start + BATCH_ROWS, listings)
        yield Batch(listings=tuple(maker.listing(number) for number in range(start, stop)))


class _ListingMaker:
    """Makes listing ``n``; remembers the plan of one block only."""

    def __init__(self, leaves: Leaves, words: Words, market: Market, seed: int, now: int) -> None:
        self._leaves = leaves
        self._words = words
        self._market = market
        self._writer = TitleWriter(words)
        self._seed = seed
        self._now = now
        self._block = -1
        self._originals: dict[int, tuple[int, int]] = {}
        self._random = Random()  # noqa: S311 (seeded data); seeded anew for each listing, which is quicker than a new one

    def listing(self, number: int) -> DemoListing:
        original, copy = self._original(number)
        random = self._random
        random.seed(self._stream(original, 1))
        item = draw_item(f"i{original:07d}", original, self._leaves, self._words, random)
        seller = self._market.seller(item.leaf.group_id, random.random(), copy=copy)
        random.seed(self._stream(number, 2))
        terms = draw_terms(item, seller, copy=copy > 0, random=random)
        brand = self._brand(item, seller, random)
        attack = ATTACKS[int(random.random() * len(ATTACKS))] if random.random() < ATTACK_SHARE else ""
        facts = listing_facts(item, seller)
        fields = self._fields(item, seller, terms, facts, attack)
        # The title is drawn last: new wording leaves every fact as it was.
        title = self._writer.write(item, terms, brand=brand, random=random)
        if attack == "stuffing":
            title = self._writer.stuffed(title, self._strangers(item, random))
        offer = Offer(
            offer_id=f"6{number:07d}", title=title, supplier_id=seller.supplier.supplier_id, brand=brand,
            more_pictures=more_pictures(item, f"6{number:07d}", self._words), **fields,
        )  # fmt: skip
        return DemoListing(offer=offer, item_key=item.key, leaf_id=item.leaf.category.id, facts=facts, attack=attack)

    def _fields(self, item: Item, seller: DemoSupplier, terms: Terms, facts: Facts, attack: str) -> dict[str, Any]:
        """The fields of the offer but for those that name it."""
        random = self._random
        return {
            "category_id": self._wrong_category(item) if attack == "wrong_category" else item.leaf.category.id,
            "tiers": _bait(terms, random) if attack == "bait_price" else terms.tiers,
            "moq": terms.moq,
            "pack_multiple": terms.pack_multiple,
            "units_per_pack": terms.units_per_pack,
            "pack_unit": terms.pack_unit,
            "unit": item.leaf.category.unit or "件",
            "stock": terms.stock,
            "attributes": listed_attributes(item, facts, random),
            "item_code": item.model if random.random() < 0.75 else "",
            "barcode": item.barcode,
            "description": describe(item, facts, terms, seller, random) if random.random() < 0.9 else "",
            "origin": f"{seller.supplier.province}{seller.supplier.city}" if random.random() < 0.85 else "",
            "dropship": terms.dropship,
            "dropship_price_fen": terms.dropship_price_fen,
            "sample_price_fen": terms.sample_price_fen,
            "customisation": terms.customisation,
            "invoice": terms.invoice,
            "freight_free": terms.freight_free,
            "dispatch_hours": terms.dispatch_hours,
            "picture": item.picture,
            "sold_count": terms.sold_count,
            "published_at": self._now - int(TWO_YEARS_S * random.random() ** 1.5),
        }

    def _stream(self, number: int, use: int) -> int:
        return ((self._seed * 8 + use) << 32) + number

    def _original(self, number: int) -> tuple[int, int]:
        """The listing that this one copies and the how-manieth copy it is; itself and 0 when it copies none."""
        block = number // BLOCK
        if block != self._block:
            random = Random(self._stream(block, 3))  # noqa: S311 (seeded data)
            self._block, self._originals = block, {}
            free = random.sample(range(block * BLOCK, (block + 1) * BLOCK), COPIED_ITEMS_PER_BLOCK * 7)
            for start in range(0, len(free), 7):
                first, *others = sorted(free[start : start + 7])
                copies = random.sample(others, random.randint(2, 6))
                self._originals.update((number, (first, place)) for place, number in enumerate(copies, 1))
        return self._originals.get(number, (number, 0))

    def _brand(self, item: Item, seller: DemoSupplier, random: Random) -> str:
        draw = random.random()
        if draw < 0.45:
            return seller.brand
        if draw < 0.6:
            return brand_name(item.leaf.words.style, self._words.brands_refused, random)
        return ""

    def _strangers(self, item: Item, random: Random) -> list[str]:
        plans = random.choices(self._leaves.plans, cum_weights=self._leaves.cumulative, k=8)
        return [plan.names[0] for plan in plans if plan.group_id != item.leaf.group_id]

    def _wrong_category(self, item: Item) -> str:
        plans = self._random.choices(self._leaves.plans, cum_weights=self._leaves.cumulative, k=6)
        return next((plan for plan in plans if plan.sector_id != item.leaf.sector_id), plans[0]).category.id


def _bait(terms: Terms, random: Random) -> tuple[PriceTier, ...]:
    """A price that nobody can sell at, to come first when sorted by price."""
    fen = random.choice((1, 10, 50, 100))
    return (PriceTier(min_quantity=terms.moq, unit_price_fen=fen),)
