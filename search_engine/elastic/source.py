"""A document as the server stores it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from kernel.errors import Invalid
from kernel.prices import QUANTITY_MAX, PriceTier
from search_engine.columns import integer_values
from search_engine.documents import IndexDocument, Withdrawal
from search_engine.elastic.mapping import BREAKS, LADDER, LEFT_OUT, LIVE, PACKED, STATUS, WITHDRAWN
from search_engine.elastic.packed import pack
from search_engine.schema import QUANTITY_BANDS

TERM_BYTES_MAX = 32_766  # Lucene's; a longer token or value is refused by it
ID_BYTES_MAX = 512  # the server's, for a document's id


def source_of(document: IndexDocument, row: int) -> dict[str, Any]:
    """Every mapped field of one offer; raises Invalid that names what the server would refuse."""
    integers = integer_values(document, row)
    packed = pack(document, integers)
    _check(document)
    source: dict[str, Any] = {name: value for name, value in integers.items() if name not in LEFT_OUT}
    source |= {
        STATUS: LIVE,
        PACKED: packed,
        "offer_id": document.offer_id,
        "words": document.words,
        "characters": document.characters,
        "bigrams": document.bigrams,
        "facts": document.facts,
        "coverage": document.coverage,
        "codes": _values(document.codes),
        "category": _values(document.category_path),
        "region": _values(document.regions),
        "supplier": _values((document.supplier_id,)),
        "flag": _values(document.flags),
        "attribute": _values(document.attributes),
        "vector_text": document.vector_text,
        "card": document.card.decode(),
    }
    broken = broken_bands(document.tiers, moq=document.moq)
    if broken:
        source[BREAKS] = [str(band) for band in broken]
        source[LADDER] = nested_ladder(document.tiers, moq=document.moq)
    return source


def tombstone_of(withdrawal: Withdrawal) -> dict[str, Any]:
    """What stays of an offer that is withdrawn: its version, since the server forgets that of a deletion."""
    return {STATUS: WITHDRAWN, "offer_id": withdrawal.offer_id, "version": withdrawal.version}


def external_version(version: int, *, withdrawn: bool) -> int:
    """The server's version (``external_gte``): a withdrawal beats the publication of its own version, and a
    publication may be written again."""
    return version * 2 + withdrawn


def broken_bands(tiers: Sequence[PriceTier], *, moq: int) -> list[int]:
    """The bands of ``QUANTITY_BANDS`` inside which the unit price changes."""
    steps = [tier.min_quantity for tier in tiers[1:] if tier.min_quantity > moq]
    inside = {bisect_right(QUANTITY_BANDS, step) - 1 for step in steps if step not in QUANTITY_BANDS}
    return sorted(inside)


def nested_ladder(tiers: Sequence[PriceTier], *, moq: int) -> list[dict[str, Any]]:
    """One range of quantities a price, from 1 on and without a gap; below the MOQ the price is the MOQ's."""
    reached = max(bisect_right([tier.min_quantity for tier in tiers], moq) - 1, 0)
    kept = tiers[reached:]
    starts = [1, *(tier.min_quantity for tier in kept[1:])]
    ends = [*(start - 1 for start in starts[1:]), QUANTITY_MAX]
    return [
        {"quantity": {"gte": start, "lte": end}, "price": tier.unit_price_fen}
        for start, end, tier in zip(starts, ends, kept, strict=True)
    ]


def _values(values: Sequence[str]) -> list[str]:
    return [value for value in values if value]


def _check(document: IndexDocument) -> None:
    """Refuse by name what the server would refuse, before anything changes."""
    if not 0 < len(document.offer_id.encode()) <= ID_BYTES_MAX:
        raise Invalid(f"offer_id 应为 1 至 {ID_BYTES_MAX} 字节", parameter="offer_id")
    if document.version < 0:
        raise Invalid("version 不能是负数", parameter="version")
    for name in ("words", "characters", "bigrams", "facts", "coverage"):
        text = getattr(document, name)
        if len(text) * 4 > TERM_BYTES_MAX and any(len(token.encode()) > TERM_BYTES_MAX for token in text.split()):
            raise Invalid(f"{name} 中有超过 {TERM_BYTES_MAX} 字节的词", parameter=name)
    for name in ("codes", "category_path", "regions", "flags", "attributes"):
        if any(len(value.encode()) > TERM_BYTES_MAX for value in getattr(document, name)):
            raise Invalid(f"{name} 中有超过 {TERM_BYTES_MAX} 字节的值", parameter=name)
