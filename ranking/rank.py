"""The order of a batch: relevance first, trade inside a bound, nobody alone on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ranking.batch import Batch, Floats, Integers
from ranking.bounded import bounded_order
from ranking.diversify import capped_order
from ranking.profiles import Profile
from ranking.signals import SIGNALS

# What ``supplier_max`` is said of. The same cap on a page of 100 cost a fifth of recall@100 (`make relevance`).
USUAL_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One line of an explanation: value in [0, 1] times weight gives the contribution."""

    signal: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """``order`` (n,): candidate indexes, best first. ``score`` (n,) = ``relevance`` + ``trade``, by candidate index.

    ``relevance_rank`` (n,): the rank that relevance alone would have given (the counterfactual), before trade and cap.
    """

    order: Integers
    score: Floats
    relevance: Floats
    trade: Floats
    relevance_rank: Integers
    contributions: Mapping[str, Floats]
    profile: Profile
    values: Mapping[str, Floats]

    def explain(self, index: int) -> tuple[Contribution, ...]:
        """What made up a candidate's score; the contributions sum to it."""
        weights = {**self.profile.relevance, **self.profile.trade}
        return tuple(
            Contribution(
                signal=name,
                value=float(self.values[name][index]),
                weight=weights[name],
                contribution=float(contribution[index]),
            )
            for name, contribution in self.contributions.items()
        )


def rank(batch: Batch, profile: Profile, *, page_size: int) -> Ranking:
    """Order the batch by a profile. ``page_size`` is what the supplier cap counts in."""
    values = {name: SIGNALS[name](batch) for name in (*profile.relevance, *profile.trade)}
    relevance_parts = {name: weight * values[name] for name, weight in profile.relevance.items()}
    relevance = _total(relevance_parts, len(batch))
    trade_parts = _bounded_trade(values, relevance, profile)
    trade = _total(trade_parts, len(batch))
    by_relevance = np.argsort(-relevance, kind="stable")
    relevance_rank = np.empty(len(batch), dtype=np.int64)
    relevance_rank[by_relevance] = np.arange(len(batch))
    order = bounded_order(relevance + trade, relevance_rank, displacement_max=profile.displacement_max)
    order = capped_order(
        order, batch.columns["supplier_key"], page_size=page_size, supplier_max=_supplier_max(profile, page_size)
    )
    return Ranking(
        order=order,
        score=relevance + trade,
        relevance=relevance,
        trade=trade,
        relevance_rank=relevance_rank,
        contributions={**relevance_parts, **trade_parts},
        profile=profile,
        values=values,
    )


def _supplier_max(profile: Profile, page_size: int) -> int:
    """The cap of a page of this size: the profile says it for a usual page."""
    return max(1, round(profile.supplier_max * page_size / USUAL_PAGE))


def _total(parts: Mapping[str, Floats], count: int) -> Floats:
    return np.sum(list(parts.values()), axis=0) if parts else np.zeros(count)


def _bounded_trade(values: Mapping[str, Floats], relevance: Floats, profile: Profile) -> dict[str, Floats]:
    """Trade contributions, scaled so that their sum stays inside the bound, and zero below the relevance floor."""
    parts = {name: weight * values[name] for name, weight in profile.trade.items()}
    total = _total(parts, len(relevance))
    scale = np.where(total > profile.trade_bound, profile.trade_bound / np.maximum(total, 1e-12), 1.0)
    scale = scale * (relevance >= profile.relevance_floor * relevance.max(initial=0.0))
    return {name: part * scale for name, part in parts.items()}
