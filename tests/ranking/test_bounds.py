"""Trade signals act inside a bound, above a floor, and monotonically."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ranking.bounded import bounded_order
from ranking.rank import rank
from tests.ranking.test_rank import PROFILE, batch


@given(st.integers(1, 80), st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_nothing_moves_further_than_the_bound(count: int, bound: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    base = random.permutation(count)
    order = bounded_order(random.random(count), base, displacement_max=bound)
    assert sorted(order.tolist()) == list(range(count))
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    assert np.abs(place - base).max() <= bound


def test_without_room_the_order_is_that_of_relevance() -> None:
    assert bounded_order(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2]), displacement_max=0).tolist() == [0, 1, 2]


def test_with_room_for_all_the_order_is_that_of_the_score() -> None:
    assert bounded_order(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2]), displacement_max=9).tolist() == [2, 1, 0]


@given(st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_trade_never_gives_more_than_its_bound_and_nothing_below_the_floor(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    b = batch(
        count,
        characters=random.random(count) * random.integers(0, 2, count),
        words=random.random(count) * random.integers(0, 2, count),
        vector=random.random(count),
        credit_milli=np.full(count, 1000),
        verified=np.ones(count, dtype=np.int64),
        sold_count=np.full(count, 10**6),
    )
    ranking = rank(b, PROFILE, page_size=20)
    assert ranking.trade.max() <= PROFILE.trade_bound + 1e-9
    below = ranking.relevance < PROFILE.relevance_floor * ranking.relevance.max()
    assert (ranking.trade[below] == 0).all()


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_more_credit_never_ranks_lower(low: int, high: int) -> None:
    low, high = sorted((low, high))
    ranking = rank(batch(2, credit_milli=[low, high]), PROFILE, page_size=20)
    assert ranking.score[1] >= ranking.score[0]


def test_verified_breaks_a_tie() -> None:
    assert rank(batch(2, verified=[0, 1]), PROFILE, page_size=20).order.tolist() == [1, 0]
