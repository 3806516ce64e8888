"""Signals: one file each, a pure function from a batch to (n,) values in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ranking.batch import Batch, Floats
from ranking.signals import (
    agreement,
    bigrams,
    category,
    characters,
    code,
    coverage,
    credit,
    facts,
    freshness,
    moq_fit,
    price,
    sales,
    semantic,
    stock,
    verified,
    words,
)

Signal = Callable[[Batch], Floats]

SIGNALS: Mapping[str, Signal] = {
    "code": code.signal,
    "coverage": coverage.signal,
    "words": words.signal,
    "characters": characters.signal,
    "bigrams": bigrams.signal,
    "facts": facts.signal,
    "semantic": semantic.signal,
    "category": category.signal,
    "agreement": agreement.signal,
    "price": price.signal,
    "moq_fit": moq_fit.signal,
    "stock": stock.signal,
    "sales": sales.signal,
    "freshness": freshness.signal,
    "verified": verified.signal,
    "credit": credit.signal,
}
