"""What each ladder of match rules costs in recall@100 against "any token"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from bench.relevance.pipeline import Pipeline
from pifa.evaluation.figures import Values, bootstrap, query_values
from ranking.profiles import Profile
from search_api.retrieve.matching import Matching
from search_engine.plan import MatchRule

COST_MAX = 0.01  # of recall@100 against any token: what the rule may cost

Ladder = tuple[MatchRule, ...]


def ladders(shipped: Matching) -> dict[str, Ladder]:
    """The one that ships and others by name; the empty one is any token of any field."""
    return {
        "shipped": shipped.rules,
        "any token": (),
        "all words, any character": _ladder(),
        "characters from 100": _ladder(("character", 0.7), ("character", 0.5), ("character", 0.34), enough=100),
        "characters from 20": _ladder(("character", 0.7), ("character", 0.5), ("character", 0.34)),
        "words from 10": _ladder(*_WORDS_FIRST, enough=10),
        "words from 40": _ladder(*_WORDS_FIRST, enough=40),
    }


Rung = tuple[Literal["group", "character"], float]
_WORDS_FIRST: tuple[Rung, ...] = (("group", 0.67), ("group", 0.5), ("character", 0.5), ("character", 0.34))


def _ladder(*rungs: Rung, enough: int = 20) -> Ladder:
    """All words first, then these shares, any character last."""
    tried = "tried in bench/relevance/ladders.py"
    steps: tuple[Rung, ...] = (("group", 1.0), *rungs, ("character", 0.0))
    return tuple(
        MatchRule(
            name=f"{share} of {unit}s",
            unit=unit,
            share=share,
            enough=enough if share else 0,
            because=tried,
            shown_by=tried,
        )
        for unit, share in steps
    )


def measure_ladders(
    pipeline: Pipeline,
    matching: Matching,
    profiles: Mapping[str, Profile],
    queries: Mapping[str, str],
    qrels: Mapping[str, Mapping[str, int]],
    *,
    relevant_from: int,
) -> dict[str, dict[str, Any]]:
    """By ladder: recall@100 and nDCG@10 of the blend, and its recall minus that of any token, paired."""
    ids: Sequence[str] = list(queries)
    values: dict[str, dict[str, Values]] = {}
    for name, rules in ladders(matching).items():
        tried = replace(matching, rules=rules)
        run = {query_id: pipeline.ranked(text, tried, profiles) for query_id, text in queries.items()}
        values[name] = query_values(run, qrels, ids, relevant_from=relevant_from)
    any_token = values["any token"]["recall@100"]
    differences = bootstrap({name: of["recall@100"] - any_token for name, of in values.items()})
    return {
        name: {
            "recall@100": float(of["recall@100"].mean()),
            "nDCG@10": float(of["nDCG@10"].mean()),
            "zero_result_rate": float(np.mean(of["zero_result_rate"])),
            "minus_any_token": {
                "value": differences[name].value,
                "low": differences[name].low,
                "high": differences[name].high,
            },
            "within_bound": differences[name].value >= -COST_MAX,
        }
        for name, of in values.items()
    }
