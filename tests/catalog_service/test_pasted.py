"""Lines as people paste them: every one is read or told why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.carts.pasted import (
    PASTED_CHARACTERS_MAX,
    PASTED_LINES_MAX,
    AskedLine,
    PastedTooLong,
    mark_of,
    picked,
    read_pasted,
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("YG-M8-30\t100", ("YG-M8-30", "", 100, "")),
        ("YG-M8-30,100", ("YG-M8-30", "", 100, "")),
        ("ＹＧ－Ｍ８，１００", ("YG-M8", "", 100, "")),
        ("YG-M8-30 100", ("YG-M8-30", "", 100, "")),
        ("　YG-M8-30　　100　", ("YG-M8-30", "", 100, "")),
        ("YG-M8-30;100", ("YG-M8-30", "", 100, "")),
        ("YG-M8-30、100", ("YG-M8-30", "", 100, "")),
        ("YG-M8-30 x 100", ("YG-M8-30", "", 100, "")),
        ("YG-M8-30 ×100", ("YG-M8-30", "", 100, "")),
        ("M8x30 100", ("M8x30", "", 100, "")),
        ("M8*30 100", ("M8*30", "", 100, "")),
        ("YG-M8-30\t100件", ("YG-M8-30", "", 100, "件")),
        ("YG-M8-30 100 箱", ("YG-M8-30", "", 100, "箱")),
        ("YG-M8-30\t1,000", ("YG-M8-30", "", 1000, "")),
        ("YG-M8-30 1,000", ("YG-M8-30", "", 1000, "")),
        ('YG-M8-30,"1,000"', ("YG-M8-30", "", 1000, "")),
        ("YG-M8-30\t100.00", ("YG-M8-30", "", 100, "")),
        ("YG-M8-30\t红 / M\t100", ("YG-M8-30", "红 / M", 100, "")),
        ("YG-M8-30,红,M,100", ("YG-M8-30", "红 M", 100, "")),
        ("YG-M8-30 红/M 100", ("YG-M8-30", "红/M", 100, "")),
        ("YG-M8-30\t\t100\t\t", ("YG-M8-30", "", 100, "")),
    ],
)
def test_a_line_is_read_as_it_was_meant(text: str, read: tuple[str, str, int, str]) -> None:
    (line,) = read_pasted(text)
    assert (line.code, line.spec, line.quantity, line.unit) == read
    assert bool(line.wrong) is (line.quantity == 0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("YG-M8-30", "要有货号和数量"),
        ("M8×30", "要有货号和数量"),
        ("\t100", "要有货号和数量"),
        ("YG-M8-30\t", "要有货号和数量"),
        ("YG-M8-30\t0", "不是 1 到"),
        ("YG-M8-30\t-5", "不是 1 到"),
        ("YG-M8-30\t1.5", "不是 1 到"),
        ("YG-M8-30\t很多", "不是 1 到"),
        ("YG-M8-30\t1000000001", "不是 1 到"),
        ("YG-M8-30\t1,00", "不是 1 到"),
        ("YG-M8-30,1,000", "是一个数还是两个"),
        ("YG-M8-30,40,100", "是一个数还是两个"),
    ],
)
def test_what_cannot_be_read_says_why_and_keeps_its_text(text: str, why: str) -> None:
    (line,) = read_pasted(text)
    assert (why in line.wrong, line.text, line.quantity) == (True, text, 0)


def test_lines_keep_their_numbers_and_a_heading_asks_for_nothing() -> None:
    lines = read_pasted("货号\t数量\n\nA\t1\r\n  \nB\t2")
    assert [(line.number, line.code, line.heading) for line in lines] == [
        (1, "", True),
        (3, "A", False),
        (5, "B", False),
    ]


def test_what_is_too_long_is_refused_with_its_length() -> None:
    assert len(read_pasted("A 1\n" * PASTED_LINES_MAX)) == PASTED_LINES_MAX
    with pytest.raises(PastedTooLong, match="201 行"):
        read_pasted("A 1\n" * (PASTED_LINES_MAX + 1))
    with pytest.raises(PastedTooLong, match="20001"):
        read_pasted("A" * (PASTED_CHARACTERS_MAX + 1))


@given(st.text(max_size=400))
def test_whatever_is_pasted_every_line_of_it_is_answered(text: str) -> None:
    lines = read_pasted(text)
    assert [line.text for line in lines] == [raw for raw in text.splitlines() if raw.strip()]
    assert all((line.quantity > 0) + bool(line.wrong) + line.heading == 1 for line in lines)


def test_a_choice_follows_its_line_and_meets_no_other() -> None:
    before, after = read_pasted("A\t1\nB\t2"), read_pasted("C\t3\nA  1\nB\t2")
    chosen = {mark_of(before[1]): "sku-7", mark_of(AskedLine(number=1, text="D 1")): "sku-8"}
    assert [line.code for line in picked(after, chosen)] == ["C", "A", "sku-7"]
    assert [line.quantity for line in picked(after, chosen)] == [3, 1, 2]
