"""Supplier credit (诚信): events to a score and a level, with reasons.

Each indicator counts good and bad outcomes; its value is the 5 % quantile of the Beta posterior under a uniform prior
(Bayes' rule for a binomial rate), a lower bound that a single lucky trade cannot lift: 1 of 1 gives 0.22, 900 of 1,000
gives 0.88. The score is the least of the indicators, so nothing is bought off by volume elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.special import betaincinv

FORMULA_VERSION = 1
QUANTILE = 0.05  # the usual one-sided 95 % bound
PRIOR_GOOD, PRIOR_BAD = 1.0, 1.0  # uniform: no opinion before the first trade

# indicator: (name, event kind that is good, event kind that is bad)
INDICATORS: tuple[tuple[str, str, str], ...] = (
    ("dispatch", "dispatched_on_time", "dispatched_late"),
    ("quality", "as_described", "not_as_described"),
    ("service", "dispute_avoided", "dispute_lost"),
)
EVENT_KINDS: frozenset[str] = frozenset(kind for _, good, bad in INDICATORS for kind in (good, bad))
INDICATOR_LABELS = {"dispatch": "按时发货", "quality": "货描相符", "service": "交易无纠纷"}
# Lower bounds that a level needs: level 1 takes four clean trades, level 2 ten, level 3 thirty, level 5 a hundred (two
# hundred with one bad outcome): the steps at which a wholesale buyer's risk changes visibly.
LEVEL_BOUNDS: tuple[float, ...] = (0.5, 0.7, 0.85, 0.93, 0.97)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEvent:
    """``count`` outcomes of one kind. Trades between related parties weigh nothing."""

    kind: str
    count: int = 1
    related_party: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator's evidence and its lower bound in [0, 1]."""

    name: str
    good: int
    bad: int
    lower_bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditScore:
    """The least lower bound, its level 0 to 5, the evidence, and which indicator decided."""

    score: float
    level: int
    indicators: tuple[Indicator, ...]
    decided_by: str
    formula_version: int = FORMULA_VERSION


def score(events: Iterable[CreditEvent]) -> CreditScore:
    """Credit of a supplier from all its events; their order does not matter."""
    counts: dict[str, int] = {}
    for event in events:
        if event.kind in EVENT_KINDS and not event.related_party:
            counts[event.kind] = counts.get(event.kind, 0) + event.count
    indicators = tuple(_indicator(name, counts.get(good, 0), counts.get(bad, 0)) for name, good, bad in INDICATORS)
    least = min(indicators, key=lambda indicator: indicator.lower_bound)
    level = sum(least.lower_bound >= bound for bound in LEVEL_BOUNDS)
    return CreditScore(score=least.lower_bound, level=level, indicators=indicators, decided_by=least.name)


def _indicator(name: str, good: int, bad: int) -> Indicator:
    bound = float(betaincinv(PRIOR_GOOD + good, PRIOR_BAD + bad, QUANTILE))
    return Indicator(name=name, good=good, bad=bad, lower_bound=bound)
