"""The group that the best candidates agree on lifts its own."""

from __future__ import annotations

import numpy as np
import pytest

from ranking.batch import Batch
from ranking.signals import agreement


def batch(cosines: list[float], leaves: list[int]) -> Batch:
    count = len(cosines)
    return Batch(
        legs={"vector": np.array(cosines, dtype=np.float32)},
        price_fen=np.full(count, 100, dtype=np.int64),
        columns={"leaf": np.array(leaves, dtype=np.int64)},
        category_probability=np.zeros(count),
        quantity=None,
        now=0,
    )


def test_a_candidate_has_the_weight_of_the_voters_of_its_group() -> None:
    values = agreement.signal(batch([0.9, 0.7, 0.7, 0.5], [30101, 30113, 240101, 240102]))
    # Weights over the least voter: .4, .2, .2 and nothing, in cosine; groups 301 and 2401.
    assert values == pytest.approx([0.75, 0.75, 0.25, 0.25], abs=1e-6)


def test_unclassified_listings_agree_with_nobody() -> None:
    assert agreement.signal(batch([0.9, 0.8, 0.1], [0, 0, 30101])).tolist()[:2] == [0.0, 0.0]


def test_those_below_the_voters_do_not_vote() -> None:
    values = agreement.signal(batch([0.9] * agreement.VOTERS + [0.1] * 200, [30101] * agreement.VOTERS + [90101] * 200))
    assert values[0] == pytest.approx(1.0)
    assert values[-1] == 0.0


def test_no_candidates_give_no_values() -> None:
    assert agreement.signal(batch([], [])).shape == (0,)
