"""THE field table: mapping, documents, filters and facets derive from it. Change it and SCHEMA_VERSION together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = 2

FieldKind = Literal["text", "keyword", "integer", "stored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the index.

    ``text``: space-separated tokens, BM25, no positions. ``keyword``: exact values, several allowed.
    ``integer``: one signed 64-bit value, in a column. ``stored``: bytes given back with a hit.
    ``filter``/``facet``/``sort`` say what a plan may do with it; ``column`` that candidates carry it as an array.
    """

    name: str
    kind: FieldKind
    filter: bool = False
    facet: bool = False
    sort: bool = False
    column: bool = False
    because: str = ""


# A quantity falls in the band that starts at the greatest edge not above it. The edges are the steps at which ladders
# break in wholesale trade (1, 2, 5 times powers of ten), so a break inside a band is rare and is then checked exactly.
QUANTITY_BANDS: tuple[int, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
# Listings without a price (面议) carry this in every price column, so they sort last and no price range meets them.
NO_PRICE_FEN = 1 << 52


# Unit price at the minimum order: what holds when the buyer named no quantity. Always exact.
PRICE_AT_MOQ = "price_moq"


def price_field(band: int) -> str:
    """Name of the column that holds the lowest unit price, in fen, inside a quantity band."""
    return f"price_{QUANTITY_BANDS[band]}"


def price_top_field(band: int) -> str:
    """Name of the column that holds the highest: the exact price where the band begins, since ladders only fall."""
    return f"price_top_{QUANTITY_BANDS[band]}"


FIELDS: tuple[Field, ...] = (
    Field(name="offer_id", kind="keyword", filter=True),
    Field(name="row", kind="integer", filter=True, column=True, because="number of the version; key of its vector"),
    Field(name="version", kind="integer", column=True),
    Field(name="offer_key", kind="integer", because="hash of offer_id: which of several looked up at once a hit is"),
    Field(name="words", kind="text"),
    Field(name="characters", kind="text"),
    Field(name="bigrams", kind="text"),
    Field(name="facts", kind="text", because="words of category, synonyms, attributes, brand: not in the title"),
    Field(name="coverage", kind="text", because="distinct characters of title and facts: where the match rule looks"),
    Field(name="codes", kind="keyword", filter=True, because="item code and barcode, normalised: matched whole"),
    Field(name="category", kind="keyword", filter=True, facet=True, because="ids of sector, group and leaf"),
    Field(name="region", kind="keyword", filter=True, facet=True, because="province, and province/city"),
    Field(name="supplier", kind="keyword", filter=True, facet=True),
    Field(name="flag", kind="keyword", filter=True, facet=True, because="verified, factory, dropship, sample, ..."),
    Field(name="attribute", kind="keyword", filter=True, facet=True, because="id=value, so any attribute filters"),
    Field(name="priced", kind="integer", filter=True, because="1 when the offer has a price"),
    Field(name="moq", kind="integer", filter=True, column=True),
    Field(name="dispatch_hours", kind="integer", filter=True, column=True, because="large when not stated"),
    Field(name="sold_count", kind="integer", sort=True, column=True),
    Field(name="published_at", kind="integer", sort=True, column=True),
    Field(name="credit_milli", kind="integer", column=True, because="credit score times 1000"),
    Field(name="verified", kind="integer", column=True),
    Field(name="leaf", kind="integer", column=True, because="leaf category id as a number; 0 when unclassified"),
    Field(name="supplier_key", kind="integer", column=True, because="hash of its id, to cap one supplier a page"),
    Field(name="stock_known", kind="integer", column=True, because="pieces in stock; -1 when not stated"),
    Field(name="vector_key", kind="integer", because="hash of vector_text: an unchanged text keeps its vector"),
    Field(name="sales_order", kind="integer", sort=True, because="sold_count, then lower row: a total order"),
    Field(name="newest_order", kind="integer", sort=True, because="published_at, then lower row"),
    Field(name=PRICE_AT_MOQ, kind="integer", filter=True, sort=True),
    *(Field(name=price_field(b), kind="integer", filter=True, sort=True) for b in range(len(QUANTITY_BANDS))),
    *(Field(name=price_top_field(b), kind="integer", filter=True, sort=True) for b in range(len(QUANTITY_BANDS))),
    Field(name="vector_text", kind="stored", because="what the encoder reads, until the vector is there"),
    Field(name="card", kind="stored", because="what a hit shows, as JSON bytes"),
)

FLAGS: tuple[str, ...] = (
    "verified",
    "factory",
    "dropship",
    "sample",
    "customisation",
    "invoice",
    "freight_free",
    "in_stock",
)
# What candidates are scored by: BM25 of four fields, the share of the words asked for that is there at all, whether an
# item code is the query, cosine.
LEGS: tuple[str, ...] = ("words", "characters", "bigrams", "facts", "coverage", "code", "vector")
DISPATCH_UNKNOWN_HOURS = 1 << 30
