"""The systems that are compared: each leg alone, the whole search, chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kernel.errors import Invalid
from pifa.evaluation.files import Judgments
from search_api.parts import Language, Parts
from search_api.requests import QUERY_CHARACTERS_MAX, SearchRequest
from search_api.retrieve.lexical import lexical_query
from search_api.service import SearchService
from search_engine.plan import LexicalQuery, Plan

DEPTH = 100  # recall@100 looks no deeper
TEXT_LEGS = ("words", "characters", "bigrams", "facts")
LEGS = (*TEXT_LEGS, "vector")
SYSTEMS = (*LEGS, "blend", "random")
SEED = 7

System = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalog:
    """Row numbers of the judged offers. Others need no name: to the figures they are all the same."""

    offer_of_row: Mapping[int, str]
    documents: int

    def ids(self, rows: np.ndarray) -> list[str]:
        return [self.offer_of_row.get(row, f"row {row}") for row in rows.tolist()]


def systems(parts: Parts, judgments: Judgments, *, wanted: Sequence[str] = SYSTEMS) -> dict[str, System]:
    """The systems by name, in the usual order. The vector leg is left out when it cannot run."""
    service = SearchService(parts)
    language = Language(parts)
    catalog = _catalog(parts, judgments)
    made: dict[str, System] = {leg: _text_leg(leg, parts, language, catalog) for leg in TEXT_LEGS}
    if not service.vector_leg_off():
        made["vector"] = _vector_leg(parts, language, catalog)
    made["blend"] = lambda text: [hit.offer_id for hit in service.search(SearchRequest(q=text, size=DEPTH)).hits]
    made["random"] = _random(catalog)
    return {name: made[name] for name in SYSTEMS if name in made and name in wanted}


def run_system(system: System, queries: Mapping[str, str]) -> Iterator[tuple[str, Sequence[str]]]:
    """(query id, offer ids) for every query. A query that search refuses found nothing."""
    for query_id, text in queries.items():
        try:
            yield query_id, list(dict.fromkeys(system(text[:QUERY_CHARACTERS_MAX])))
        except Invalid:
            yield query_id, []


def _catalog(parts: Parts, judgments: Judgments) -> Catalog:
    judged = sorted({offer_id for grades in judgments.qrels.values() for offer_id in grades})
    rows = parts.engine.find(judged)
    return Catalog(
        offer_of_row={row: offer_id for offer_id, row in rows.items()}, documents=parts.engine.status().documents
    )


def _text_leg(leg: str, parts: Parts, language: Language, catalog: Catalog) -> System:
    """The whole catalog by BM25 of one field: any of its tokens matches, nothing else is asked."""

    def search(text: str) -> Sequence[str]:
        lexical = _one_leg(leg, text, language)
        if lexical is None:
            return []
        plan = Plan(lexical=lexical, limit=DEPTH, weights=((leg, 1.0),))
        return catalog.ids(parts.engine.search(plan).candidates.rows)

    return search


def _one_leg(leg: str, text: str, language: Language) -> LexicalQuery | None:
    whole = lexical_query(language.analyse(text, True), rules=())
    terms = getattr(whole, leg) if whole is not None else ()
    return LexicalQuery(**{leg: terms}) if terms else None


def _vector_leg(parts: Parts, language: Language, catalog: Catalog) -> System:
    def search(text: str) -> Sequence[str]:
        wanted = language.analyse(text, True).text
        if not wanted:
            return []
        near = parts.engine.nearest(language.encode(wanted), filters=(), limit=DEPTH)
        return catalog.ids(near.rows)

    return search


def _random(catalog: Catalog) -> System:
    """A random order of the whole catalog. Which unjudged listing stands where makes no difference."""
    random = np.random.default_rng(SEED)
    judged = list(catalog.offer_of_row.values())

    def search(text: str) -> Sequence[str]:
        drawn = random.choice(catalog.documents, size=min(DEPTH, catalog.documents), replace=False)
        return [judged[i] if i < len(judged) else f"row {i}" for i in drawn.tolist()]

    return search
