"""SKUs by their own codes and barcodes, a few of each, whatever the number that share it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.sql.ids import id_parts
from catalog_service.adapters.sql.tables import offers
from catalog_service.domain.offers.states import OfferState
from catalog_service.ports.skus import CodeMatches

# Of one code as a SKU's code, and again as a barcode. The first may be retired or of offers that are withdrawn; five
# times what a person is given to choose from finds one that is sold, and beyond it a code tells nothing apart.
LOOKED_MAX = 40
CODES_A_QUERY = 50  # a hundred subqueries of eight values each: within SQLite's limits of 500 and 32,766
SIZES = (5, CODES_A_QUERY)  # shorter ones are filled up, so that these statements are built once
SPELLINGS_MAX = 8

# Written as the partial indexes of revision 0007 are: both databases take one only for a query that repeats its
# condition.
_ONE = (
    "SELECT * FROM (SELECT {mark} AS mark, sku_id, offer_id, on_sale, retired FROM skus"
    " WHERE {name} IN ({spellings}) AND {name} <> '' AND sku_id <> offer_id LIMIT {most}) AS found_{mark}"
)


def sold_by_code(
    connection: sa.Connection, asked: Mapping[str, Collection[str]], *, most: int
) -> Mapping[str, CodeMatches]:
    """``SkuRows.sold_by_code``."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    crowded: set[str] = set()
    every = sorted(asked)
    for start in range(0, len(every), CODES_A_QUERY):
        codes = every[start : start + CODES_A_QUERY]
        size = next(size for size in SIZES if len(codes) <= size)
        rows = connection.execute(_query(size), _bound([asked[code] for code in codes], size)).all()
        for code, mine in _by_code(codes, rows):
            crowded.update([code] if len(mine) > LOOKED_MAX else [])
            found.setdefault(code, []).extend(
                (row.sku_id, row.offer_id, bool(row.on_sale) and not row.retired) for row in mine
            )
    live = _live(connection, {offer_id for mine in found.values() for _, offer_id, sold in mine if sold})
    return {
        code: CodeMatches(
            sku_ids=tuple(dict.fromkeys(sku_id for sku_id, offer_id, sold in mine if sold and offer_id in live))[:most],
            crowded=code in crowded,
        )
        for code, mine in found.items()
    }


@cache
def _query(size: int) -> sa.TextClause:
    """A subquery a code and column, each with its own limit, so that a common code takes no room from the others."""
    parts = [
        _ONE.format(
            mark=2 * place + number, name=name, most=LOOKED_MAX + 1,
            spellings=", ".join(f":c{place}_{n}" for n in range(SPELLINGS_MAX)),
        )
        for place in range(size)
        for number, name in enumerate(("code", "barcode"))
    ]  # fmt: skip
    return sa.text(" UNION ALL ".join(parts))


def _bound(spelt: Sequence[Collection[str]], size: int) -> dict[str, str]:
    """Places that nothing was asked for look for the empty code, which the index has not."""
    bound = {f"c{place}_{n}": "" for place in range(size) for n in range(SPELLINGS_MAX)}
    for place, spellings in enumerate(spelt):
        bound |= {f"c{place}_{n}": code for n, code in enumerate(sorted(spellings)[:SPELLINGS_MAX])}
    return bound


def _by_code(codes: Sequence[str], rows: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    by_mark: dict[int, list[Any]] = {}
    for row in rows:
        by_mark.setdefault(row.mark, []).append(row)
    for mark, mine in by_mark.items():
        yield codes[mark // 2], mine


def _live(connection: sa.Connection, offer_ids: Collection[str]) -> set[str]:
    """Those of the offers that a supplier sells now."""
    live: set[str] = set()
    for part in id_parts(offer_ids):
        query = sa.select(offers.c.offer_id).where(
            offers.c.offer_id.in_(part), offers.c.state == str(OfferState.LIVE), offers.c.supplier_id.is_not(None)
        )
        live.update(connection.execute(query).scalars())
    return live
