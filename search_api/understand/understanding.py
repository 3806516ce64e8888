"""One understanding of one query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from search_api.requests import SearchRequest
from taxonomy.classify import CategoryGuess
from text_analysis.values import QueryAnalysis

QueryClass = Literal["browse", "one_word", "model_number", "plain", "long"]
LONG_WORDS = 5  # queries of five words and more are a tenth of real shop queries and behave like titles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Understanding:
    """The analysis, likely leaves, the query's vector (None for browse or without encoder), and implied filters."""

    analysis: QueryAnalysis
    categories: tuple[CategoryGuess, ...]
    vector: np.ndarray | None
    query_class: QueryClass
    quantity: int | None
    price_min_fen: int | None
    price_max_fen: int | None


def understand(
    request: SearchRequest,
    *,
    analyse: Callable[[str, bool], QueryAnalysis],
    classify: Callable[[str], Sequence[CategoryGuess]],
    encode: Callable[[str], np.ndarray] | None,
) -> Understanding:
    """Read the query. What the request says outright wins over what its words imply."""
    analysis = analyse(request.q, request.repair)
    text = analysis.text
    price_said = request.price_min_fen is not None or request.price_max_fen is not None
    return Understanding(
        analysis=analysis,
        categories=tuple(classify(text)) if text else (),
        vector=encode(text) if encode is not None and text else None,
        query_class=_query_class(analysis),
        quantity=request.quantity if request.quantity is not None else analysis.quantity,
        price_min_fen=request.price_min_fen if price_said else analysis.price_min_fen,
        price_max_fen=request.price_max_fen if price_said else analysis.price_max_fen,
    )


def _query_class(analysis: QueryAnalysis) -> QueryClass:
    if not analysis.words:
        return "browse"
    if any(
        any(c.isdigit() for c in w.text) and any(c.isalpha() and c.isascii() for c in w.text) for w in analysis.words
    ):
        return "model_number"
    if len(analysis.words) == 1:
        return "one_word"
    return "long" if len(analysis.words) >= LONG_WORDS else "plain"
