"""Credit: lower bounds, monotone, not to be bought."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.credit import EVENT_KINDS, INDICATORS, CreditEvent, score

GOOD = [good for _, good, _ in INDICATORS]
BAD = [bad for _, _, bad in INDICATORS]
events = st.lists(
    st.builds(CreditEvent, kind=st.sampled_from(sorted(EVENT_KINDS)), count=st.integers(1, 500)), max_size=12
)


def of(good: int, bad: int = 0) -> float:
    return score(
        [*(CreditEvent(kind=k, count=good) for k in GOOD), *(CreditEvent(kind=k, count=bad) for k in BAD)]
    ).score


def test_one_of_one_never_beats_nine_hundred_of_a_thousand() -> None:
    assert of(1) == pytest.approx(0.2236, abs=1e-4)
    assert of(900, 100) == pytest.approx(0.8831, abs=1e-4)


def test_nobody_has_a_level_without_trades() -> None:
    assert (score([]).level, score([]).score) == (0, pytest.approx(0.05))


def test_the_least_indicator_decides() -> None:
    result = score([CreditEvent(kind="dispatched_on_time", count=1000), CreditEvent(kind="as_described", count=1000)])
    assert (result.decided_by, result.level) == ("service", 0)


@given(events, st.sampled_from(GOOD), st.integers(1, 50))
def test_a_good_event_never_lowers(history: list[CreditEvent], kind: str, count: int) -> None:
    assert score([*history, CreditEvent(kind=kind, count=count)]).score >= score(history).score - 1e-12


@given(events, st.sampled_from(BAD), st.integers(1, 50))
def test_a_bad_event_never_raises(history: list[CreditEvent], kind: str, count: int) -> None:
    assert score([*history, CreditEvent(kind=kind, count=count)]).score <= score(history).score + 1e-12


@given(events, st.sampled_from(sorted(EVENT_KINDS)))
def test_trades_between_related_parties_weigh_nothing(history: list[CreditEvent], kind: str) -> None:
    assert score([*history, CreditEvent(kind=kind, count=999, related_party=True)]) == score(history)


@given(events)
def test_the_order_of_events_does_not_matter(history: list[CreditEvent]) -> None:
    assert score(reversed(history)) == score(history)
