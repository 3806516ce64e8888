from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from kernel.prices import QUANTITY_MAX, TIERS_MAX, PriceTier, QuotedPrice, price_at, validate_ladder


def ladder(*steps: tuple[int, int]) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(min_quantity=quantity, unit_price_fen=fen) for quantity, fen in steps)


LADDER = ladder((10, 500), (100, 450), (1000, 380))


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (None, (500, 10, "moq")),
        (1, (500, 10, "moq")),
        (10, (500, 10, "quantity")),
        (99, (500, 99, "quantity")),
        (100, (450, 100, "quantity")),
        (5000, (380, 5000, "quantity")),
    ],
)
def test_the_price_is_of_the_step_that_the_quantity_reaches(
    quantity: int | None, expected: tuple[int, int, str]
) -> None:
    unit_fen, priced, basis = expected
    assert price_at(LADDER, moq=10, quantity=quantity) == QuotedPrice(unit_fen=unit_fen, quantity=priced, basis=basis)


def test_a_minimum_order_above_the_first_step_is_priced_at_its_own_step() -> None:
    assert price_at(LADDER, moq=100, quantity=None) == QuotedPrice(unit_fen=450, quantity=100, basis="moq")


def test_without_tiers_the_price_is_on_request() -> None:
    assert price_at((), moq=1, quantity=100) is None


@pytest.mark.parametrize(
    "tiers",
    [
        ladder((10, 500), (10, 450)),
        ladder((10, 500), (5, 450)),
        ladder((10, 500), (20, 501)),
        ladder((0, 500)),
        ladder((QUANTITY_MAX + 1, 500)),
        ladder((10, 0)),
        ladder((11, 500)),
        ladder(*((n, 500) for n in range(1, TIERS_MAX + 2))),
    ],
)
def test_a_ladder_that_cannot_be_is_refused_naming_tiers(tiers: tuple[PriceTier, ...]) -> None:
    with pytest.raises(Invalid) as caught:
        validate_ladder(tiers, moq=10)
    assert caught.value.parameter == "tiers"


def test_a_falling_ladder_from_the_minimum_order_stands() -> None:
    validate_ladder(LADDER, moq=10)
    validate_ladder((), moq=10)


@given(st.integers(1, QUANTITY_MAX), st.integers(1, QUANTITY_MAX))
def test_buying_more_never_costs_more_a_piece(one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    cheap, dear = price_at(LADDER, moq=10, quantity=more), price_at(LADDER, moq=10, quantity=fewer)
    assert cheap is not None
    assert dear is not None
    assert cheap.unit_fen <= dear.unit_fen
