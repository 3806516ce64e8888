"""The order of a batch and its explanation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.batch import Batch
from ranking.profiles import ProfileInvalid, load_profiles
from ranking.rank import rank
from ranking.signals import SIGNALS

DATA = Path(__file__).parents[2] / "data" / "ranking" / "profiles.yaml"
PROFILE = load_profiles(DATA)["default"]
NOW = 1_800_000_000


def batch(count: int, *, quantity: int | None = None, **changes: object) -> Batch:
    """A batch of ``count`` equal candidates, some columns changed."""
    legs = {name: np.ones(count, dtype=np.float32) for name in ("words", "characters", "bigrams", "facts", "vector")}
    columns = {
        "moq": np.ones(count, dtype=np.int64),
        "credit_milli": np.zeros(count, dtype=np.int64),
        "verified": np.zeros(count, dtype=np.int64),
        "sold_count": np.zeros(count, dtype=np.int64),
        "published_at": np.full(count, NOW, dtype=np.int64),
        "supplier_key": np.arange(1, count + 1, dtype=np.int64),
        "stock_known": np.full(count, -1, dtype=np.int64),
        "leaf": np.zeros(count, dtype=np.int64),
    }
    for name, value in changes.items():
        target = legs if name in {*legs, "code"} else columns
        target[name] = np.asarray(value)
    price = np.asarray(changes.get("price_fen", np.full(count, 100)), dtype=np.int64)
    return Batch(
        legs=legs,
        price_fen=price,
        columns=columns,
        category_probability=np.zeros(count),
        quantity=quantity,
        now=NOW,
    )


def first(b: Batch) -> int:
    return int(rank(b, PROFILE, page_size=20).order[0])


def test_an_item_code_outweighs_every_other_signal() -> None:
    b = batch(3, code=[0, 0, 1], words=[1, 1, 0], characters=[1, 1, 0], bigrams=[1, 1, 0], vector=[1.0, 1.0, 0.0])
    assert first(b) == 2


def test_between_equal_matches_the_cheaper_at_the_quantity_comes_first() -> None:
    assert first(batch(3, price_fen=[300, 100, 200])) == 1


def test_between_equal_matches_the_one_that_can_be_ordered_comes_first() -> None:
    assert first(batch(2, moq=[500, 10], quantity=10)) == 1


def test_between_equal_matches_stock_sales_and_newness_decide() -> None:
    assert first(batch(2, stock_known=[0, 100], quantity=10)) == 1
    assert first(batch(2, sold_count=[0, 9000])) == 1
    assert first(batch(2, published_at=[0, NOW])) == 1


def test_price_on_request_earns_nothing_and_a_bait_price_no_more_than_a_fifth_of_the_middle() -> None:
    values = SIGNALS["price"](batch(6, price_fen=[-1, 1, 20, 100, 100, 100]))
    assert values[0] == 0
    assert values[1] == values[2] == pytest.approx(1 / 1.2)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_explanations_sum_to_the_score_and_the_order_holds_everyone_once(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    b = batch(
        count,
        words=random.random(count),
        vector=random.random(count),
        verified=random.integers(0, 2, count),
        credit_milli=random.integers(0, 1001, count),
        supplier_key=random.integers(0, 5, count),
        quantity=7,
    )
    ranking = rank(b, PROFILE, page_size=20)
    assert sorted(ranking.order.tolist()) == list(range(count))
    for index in range(count):
        total = sum(part.contribution for part in ranking.explain(index))
        assert total == pytest.approx(ranking.score[index], abs=1e-9)
        assert all(0 <= part.value <= 1 + 1e-9 for part in ranking.explain(index))


def test_an_empty_batch_gives_an_empty_order() -> None:
    assert rank(batch(0), PROFILE, page_size=20).order.tolist() == []


def test_a_weight_without_origin_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "profiles.yaml"
    origin = 'shown_by: "bench/results/relevance.json"'
    broken.write_text(DATA.read_text("utf-8").replace(origin, 'shown_by: ""'), "utf-8")
    with pytest.raises(ProfileInvalid, match="没有来由"):
        load_profiles(broken)


def test_a_weight_for_an_unknown_signal_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "profiles.yaml"
    broken.write_text(DATA.read_text("utf-8").replace("freshness:", "charm:"), "utf-8")
    with pytest.raises(ProfileInvalid, match="charm"):
        load_profiles(broken)


def test_a_listing_whose_vector_is_still_to_come_takes_the_median_of_the_others() -> None:
    nearness = SIGNALS["semantic"](batch(4, vector=[0.2, 0.0, 0.6, 0.4]))
    assert nearness.tolist() == pytest.approx([0.2, 0.4, 0.6, 0.4])
    assert SIGNALS["semantic"](batch(2, vector=[0.0, 0.0])).tolist() == [0.0, 0.0]
