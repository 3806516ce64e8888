"""Speed of search, measured: requests drawn from a home's own listings, timed one by one or by several clients."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

import numpy as np

from search_api.parts import Parts
from search_api.requests import SearchRequest
from search_api.results import SearchResponse
from search_api.service import SearchService
from search_engine.card import Card, decode_card
from text_analysis.values import QueryAnalysis

CLASSES = ("one_word", "long", "model_number", "browse", "filtered")
# Buyers' long queries have five to seven words; a title has twenty.
LONG_WORDS = (5, 7)
# A listing that has no model number or category is passed over; after so many draws a request the class stays short.
DRAWS_A_REQUEST = 20

Requests = Mapping[str, Sequence[SearchRequest]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One search: how long it took, and which rule its matches met."""

    milliseconds: float
    rule: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Of so many searches: the median and the 99th percentile in milliseconds, and how many a second."""

    searches: int
    p50_ms: float
    p99_ms: float
    per_second: float


def speed_of(timings: Sequence[Timing], *, seconds: float | None = None) -> Speed | None:
    """Percentiles of the timings; ``seconds`` is the wall time of all (their sum where it is not given)."""
    if not timings:
        return None
    each = np.array([timing.milliseconds for timing in timings])
    p50, p99 = np.percentile(each, (50, 99))
    elapsed = each.sum() / 1000 if seconds is None else seconds
    return Speed(
        searches=len(each),
        p50_ms=round(float(p50), 3),
        p99_ms=round(float(p99), 3),
        per_second=round(len(each) / elapsed, 1),
    )


def draw_requests(parts: Parts, *, per_class: int, seed: int) -> Requests:
    """At most ``per_class`` distinct requests of every class, put together from listings of the index."""
    random = Random(seed)  # noqa: S311 (seeded measurement)
    documents = parts.engine.status().documents
    makers: Mapping[str, Callable[[Card, Random], SearchRequest | None]] = {
        "one_word": lambda card, random: _one_word(card, parts, random),
        "long": lambda card, random: _long(card, parts, random),
        "model_number": lambda card, _: _model_number(card, parts),
        "browse": _browse,
        "filtered": lambda card, random: _filtered(card, parts, random),
    }
    return {name: _distinct(parts, makers[name], documents, per_class, random) for name in CLASSES}


def _distinct(
    parts: Parts,
    make: Callable[[Card, Random], SearchRequest | None],
    documents: int,
    wanted: int,
    random: Random,
) -> list[SearchRequest]:
    found: dict[str, SearchRequest] = {}
    for _ in range(DRAWS_A_REQUEST):
        if len(found) >= wanted or not documents:
            break
        rows = [random.randrange(documents) for _ in range(wanted)]
        for stored in parts.engine.cards(rows):
            request = make(decode_card(stored), random) if stored else None
            if request is not None and len(found) < wanted:
                found.setdefault(repr(request), request)
    return list(found.values())


def time_search(service: SearchService, request: SearchRequest) -> Timing:
    """One search on this thread."""
    started = time.perf_counter()
    response: SearchResponse = service.search(request)
    return Timing(milliseconds=(time.perf_counter() - started) * 1000, rule=response.rule, total=response.total)


def time_searches(
    service: SearchService, requests: Sequence[SearchRequest], *, clients: int = 1
) -> tuple[list[Timing], float]:
    """Every request once, shared among ``clients`` threads; gives the timings in order and the wall time in seconds."""
    started = time.perf_counter()
    if clients == 1:
        timings = [time_search(service, request) for request in requests]
    else:
        with ThreadPoolExecutor(clients) as pool:
            timings = list(pool.map(lambda request: time_search(service, request), requests))
    return timings, time.perf_counter() - started


def warm_vectors(parts: Parts, requests: Sequence[SearchRequest]) -> None:
    """Encode the queries, so that what is timed is the search and not the encoder; nothing else is remembered."""
    if parts.encoder is not None:
        texts = {_analysis(parts, request.q).text for request in requests if request.q}
        for text in sorted(texts - {""}):
            parts.encoder.encode_queries([text])


def _analysis(parts: Parts, text: str) -> QueryAnalysis:
    return parts.analyzer.query(text)


def _words(card: Card, parts: Parts) -> list[str]:
    """The Chinese words of a title, in order, each once."""
    words = (word.text for word in _analysis(parts, card.title[:80]).words if word.required)
    return [word for word in dict.fromkeys(words) if len(word) > 1 and not word.isascii()]


def _one_word(card: Card, parts: Parts, random: Random) -> SearchRequest | None:
    words = _words(card, parts)
    return SearchRequest(q=random.choice(words)) if words else None


def _long(card: Card, parts: Parts, random: Random) -> SearchRequest | None:
    words = _words(card, parts)
    count = random.randint(*LONG_WORDS)
    return SearchRequest(q=" ".join(words[:count])) if len(words) >= count else None


def _model_number(card: Card, parts: Parts) -> SearchRequest | None:
    words = _analysis(parts, card.title[:80]).words
    models = [word.text for word in words if _is_model(word.text)]
    product = [word.text for word in words if word.required and not word.text.isascii()]
    return SearchRequest(q=" ".join([*product[:1], models[0]])) if models else None


def _is_model(text: str) -> bool:
    return (
        text.isascii()
        and len(text) > 2
        and any(character.isdigit() for character in text)
        and any(character.isalpha() for character in text)
    )


def _browse(card: Card, random: Random) -> SearchRequest | None:
    if not card.category_id:
        return None
    # Sector, group or leaf: two, four or six digits (data/taxonomy/FORMAT.md).
    level = random.choice((2, 4, 6))
    return SearchRequest(category=(card.category_id[:level],))


def _filtered(card: Card, parts: Parts, random: Random) -> SearchRequest | None:
    """A word within two filters that the listing itself passes."""
    asked = _one_word(card, parts, random)
    price = card.price(None)
    if asked is None or price is None or card.supplier is None:
        return None
    region = card.supplier.region.split(" ")[0]
    return SearchRequest(
        q=asked.q,
        price_max_fen=price.unit_fen * 2,
        quantity=random.choice((None, card.moq, 37, 500)),
        region=(region,) if region else (),
        flags={"verified": True} if card.supplier.verified else {},
    )
