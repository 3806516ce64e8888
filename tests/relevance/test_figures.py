"""The figures are those of their definitions, and intervals are paired."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pifa.evaluation.compare import compare
from pifa.evaluation.figures import bootstrap, query_values

QRELS = {"a": {"x": 3, "y": 1}, "b": {"z": 2}, "c": {"w": 1}}
RUN = {"a": ["n", "x", "y"], "b": ["z"], "c": []}


def test_metrics_follow_their_definitions() -> None:
    values = query_values(RUN, QRELS, ["a", "b", "c"])
    ideal = 3 + 1 / math.log2(3)
    assert values["MRR@10"] == pytest.approx([0.5, 1.0, 0.0])
    assert values["nDCG@10"] == pytest.approx([(3 / math.log2(3) + 1 / 2) / ideal, 1.0, 0.0])
    assert values["recall@100"] == pytest.approx([1.0, 1.0, 0.0])
    assert values["zero_result_rate"].tolist() == [0.0, 0.0, 1.0]


def test_a_higher_bar_leaves_lower_grades_out_of_mrr_and_recall_but_not_out_of_ndcg() -> None:
    run = {"a": ["y", "x"]}
    low, high = (query_values(run, QRELS, ["a"], relevant_from=bar) for bar in (1, 2))
    assert (low["MRR@10"][0], high["MRR@10"][0]) == (1.0, 0.5)
    assert low["nDCG@10"][0] == high["nDCG@10"][0]


def test_a_listing_below_the_hundredth_place_is_not_recalled() -> None:
    run = {"b": [*(f"n{i}" for i in range(100)), "z"]}
    assert query_values(run, QRELS, ["b"])["recall@100"].tolist() == [0.0]


def test_queries_that_find_nothing_at_all_have_figures() -> None:
    values = query_values({}, QRELS, ["a", "b"])
    assert values["nDCG@10"].tolist() == [0.0, 0.0]
    assert values["zero_result_rate"].tolist() == [1.0, 1.0]


def test_intervals_hold_the_mean_and_repeat() -> None:
    random = np.random.default_rng(1)
    series = {"one": random.random(200), "same": np.full(200, 0.25)}
    first, again = bootstrap(series), bootstrap(series)
    assert first == again
    assert first["one"].low < first["one"].value < first["one"].high
    # The normal approximation of the interval of a mean of 200: +- 1.96 standard errors.
    assert first["one"].high - first["one"].low == pytest.approx(3.92 * series["one"].std() / math.sqrt(200), rel=0.05)
    assert first["same"].low == pytest.approx(0.25)
    assert first["same"].high == pytest.approx(0.25)


def test_the_blend_is_compared_with_the_leg_that_is_best_in_each_metric() -> None:
    runs = {
        "words": {"a": ["x", "y"], "b": ["n", "z"], "c": ["w"]},
        "vector": {"a": ["n", "n2", "x"], "b": ["n"], "c": ["n"]},
        "blend": {"a": ["x", "y"], "b": ["z"], "c": ["w"]},
        "random": {"a": ["n"], "b": ["n"], "c": ["n"]},
    }
    result = compare(runs, QRELS, ["a", "b", "c"])
    assert result.best == {"MRR@10": "words", "nDCG@10": "words", "recall@100": "words"}
    assert result.ahead["MRR@10"].value == pytest.approx(0.5 / 3)
    assert result.ahead["recall@100"].value == 0.0
    assert result.figures["random"]["nDCG@10"].value == 0.0
