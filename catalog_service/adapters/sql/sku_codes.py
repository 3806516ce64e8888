"""SKUs by their own codes and barcodes under every spelling, a few of each, whatever the number that share it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.sql.ids import id_parts
from catalog_service.adapters.sql.tables import offers
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.text import clean_word
from catalog_service.ports.skus import CodeMatches
from kernel.codes import fold_code

# Of one code as a SKU's code, and again as a barcode. The first may be retired or of offers that are withdrawn; five
# times what a person is given to choose from finds one that is sold, and beyond it a code tells nothing apart.
LOOKED_MAX = 40
CODES_A_QUERY = 50  # a hundred subqueries: within SQLite's limit of 500
SIZES = (5, CODES_A_QUERY)  # shorter ones are filled up, so that these statements are built once
COLUMNS = ("code", "barcode")
_Found = Sequence[Sequence[Any]]  # of one code: rows by column

# Written as the partial indexes of revision 0010 are: both databases take one only for a query that repeats its
# condition.
_ONE = (
    "SELECT * FROM (SELECT {mark} AS mark, sku_id, offer_id, {name} AS spelt, on_sale, retired FROM skus"
    " WHERE {name}_key = :k{place}{spelling} AND {name}_key <> '' AND sku_id <> offer_id LIMIT {most}) AS found_{mark}"
)


def sold_by_code(connection: sa.Connection, asked: Collection[str], *, most: int) -> Mapping[str, CodeMatches]:
    """``SkuRows.sold_by_code``."""
    folded = {code: key for code in sorted(asked) if (key := fold_code(code))}
    rows = _rows(connection, [(key, "") for key in sorted(set(folded.values()))], exact=False)
    spelt = {code: [_so_spelt(code, found) for found in rows[key, ""]] for code, key in folded.items()}
    # Of a spelling that is lost among many others its own are looked at, which the index holds together.
    lost = [code for code, key in folded.items() if _crowded(rows[key, ""])]
    own = _rows(connection, [(folded[code], clean_word(code)) for code in lost], exact=True)
    spelt |= {code: own[folded[code], clean_word(code)] for code in lost}
    every = [row for found in (*rows.values(), *own.values()) for column in found for row in column]
    live = _live(connection, {row.offer_id for row in every if row.on_sale and not row.retired})

    def sold(found: _Found) -> tuple[str, ...]:
        known = [row for column in found for row in column if row.on_sale and not row.retired and row.offer_id in live]
        return tuple(dict.fromkeys(row.sku_id for row in known))[:most]

    return {
        code: _matches(sold, exact=spelt[code], alike=rows[key, ""])
        for code, key in folded.items()
        if any(rows[key, ""])
    }


def _matches(sold: Callable[[_Found], tuple[str, ...]], *, exact: _Found, alike: _Found) -> CodeMatches:
    """What is spelt as it was asked for, if any of that is sold; else all that is spelt alike."""
    found = sold(exact)
    if found or _crowded(exact):
        return CodeMatches(sku_ids=found, exact=True, crowded=_crowded(exact))
    return CodeMatches(sku_ids=sold(alike), gone=any(exact), crowded=_crowded(alike))


def _rows(
    connection: sa.Connection, asked: Sequence[tuple[str, str]], *, exact: bool
) -> dict[tuple[str, str], list[list[Any]]]:
    """By folded code and spelling the first rows of each column; of every spelling where not ``exact``."""
    found: dict[tuple[str, str], list[list[Any]]] = {each: [[] for _ in COLUMNS] for each in asked}
    for start in range(0, len(asked), CODES_A_QUERY):
        part = asked[start : start + CODES_A_QUERY]
        size = next(size for size in SIZES if len(part) <= size)
        # Places that nothing was asked for look for the empty code, which the index has not.
        filled = [*part, *[("", "")] * (size - len(part))]
        bound = {f"k{place}": key for place, (key, _) in enumerate(filled)}
        bound |= {f"w{place}": written for place, (_, written) in enumerate(filled)} if exact else {}
        for row in connection.execute(_query(size, exact), bound):
            found[part[row.mark // len(COLUMNS)]][row.mark % len(COLUMNS)].append(row)
    return found


@cache
def _query(size: int, exact: bool) -> sa.TextClause:
    """A subquery a code and column, each with its own limit, so that a common code takes no room from the others."""
    parts = [
        _ONE.format(
            mark=len(COLUMNS) * place + number, name=name, place=place, most=LOOKED_MAX + 1,
            spelling=f" AND {name} = :w{place}" if exact else "",
        )
        for place in range(size)
        for number, name in enumerate(COLUMNS)
    ]  # fmt: skip
    return sa.text(" UNION ALL ".join(parts))


def _so_spelt(code: str, rows: Sequence[Any]) -> list[Any]:
    written = clean_word(code)
    return [row for row in rows if row.spelt == written]


def _crowded(found: _Found) -> bool:
    return any(len(column) > LOOKED_MAX for column in found)


def _live(connection: sa.Connection, offer_ids: Collection[str]) -> set[str]:
    """Those of the offers that a supplier sells now."""
    live: set[str] = set()
    for part in id_parts(offer_ids):
        query = sa.select(offers.c.offer_id).where(
            offers.c.offer_id.in_(part), offers.c.state == str(OfferState.LIVE), offers.c.supplier_id.is_not(None)
        )
        live.update(connection.execute(query).scalars())
    return live
