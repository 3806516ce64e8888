"""The reality check: real titles as a catalog of which nothing but the title is known, real queries with judged pairs.

The text is not ours to keep (its licence is not known): the caller names the folder, and only numbers leave it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from bench.relevance.homes import build_index, site_of, title_offers
from pifa.wiring import Installation

ZERO_RESULT_SAMPLE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RealText:
    """``titles``: every title once, its number is its offer id. ``queries`` and ``qrels``: the relevant pairs.

    Titles of wrong pairs are in the catalog too. ``sample``: unlabelled queries.
    """

    titles: tuple[str, ...]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]
    sample: tuple[str, ...]


def read_real_text(folder: Path) -> RealText:
    """The three files of the folder."""
    pairs = list(_pairs(folder / "pairs.tsv"))
    lines = (folder / "titles.txt").read_text("utf-8").splitlines()
    titles = tuple(dict.fromkeys([*(title for _, title, _ in pairs), *(line for line in lines if line.strip())]))
    number = {title: f"t{n}" for n, title in enumerate(titles)}
    ids = {text: f"r{n}" for n, text in enumerate(dict.fromkeys(query for query, _, _ in pairs))}
    qrels: dict[str, dict[str, int]] = {}
    for query, title, relevant in pairs:
        if relevant:
            qrels.setdefault(ids[query], {})[number[title]] = 1
    queries = (folder / "queries.txt").read_text("utf-8").splitlines()
    step = max(1, len(queries) // ZERO_RESULT_SAMPLE)
    return RealText(
        titles=titles,
        queries={query_id: text for text, query_id in ids.items() if query_id in qrels},
        qrels=qrels,
        sample=tuple(queries[::step][:ZERO_RESULT_SAMPLE]),
    )


def real_home(directory: Path, real: RealText, *, vectors: Path) -> Installation:
    """A home whose index holds the real titles; kept for the next run."""
    site = site_of(directory)
    if not site.store.exists():
        build_index(site, title_offers(real.titles), total=len(real.titles), vectors=vectors)
    return site


def _pairs(path: Path) -> list[tuple[str, str, bool]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["query"], row["title"], row["relevant"] == "1") for row in rows]
