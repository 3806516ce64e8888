from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from kernel.money import PRICE_FEN_MAX, parse_yuan, yuan_exact, yuan_text


@pytest.mark.parametrize(
    ("fen", "text"), [(1250, "12.5"), (1200, "12"), (5, "0.05"), (0, "0"), (-105, "-1.05"), (100_000, "1000")]
)
def test_fen_are_written_as_the_shortest_exact_yuan(fen: int, text: str) -> None:
    assert yuan_text(fen) == text


@pytest.mark.parametrize(
    ("text", "fen"), [("12", 1200), ("12.50", 1250), ("￥12.5", 1250), ("1,200元", 120_000), (" 0.005 ", 1), ("0", 0)]
)
def test_yuan_are_read_as_people_type_them_rounded_half_up(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("text", ["", "贵", "1e400", "nan", "inf", "-1", "12.5.6", "99999999999999"])
def test_what_is_no_amount_is_refused_with_its_parameter(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_yuan(text, parameter="price")
    assert caught.value.parameter == "price"


@given(st.integers(0, PRICE_FEN_MAX))
def test_every_price_reads_back_as_itself(fen: int) -> None:
    assert parse_yuan(yuan_text(fen)) == fen


@pytest.mark.parametrize(
    ("amount_fen", "text"), [(0, "0.00"), (5, "0.05"), (1_250, "12.50"), (-1_205, "-12.05"), (2**60 + 1, None)]
)
def test_yuan_with_both_decimals_is_exact_however_large(amount_fen: int, text: str | None) -> None:
    said = yuan_exact(amount_fen)
    assert text in (None, said)
    assert int(said.replace(".", "")) == amount_fen
