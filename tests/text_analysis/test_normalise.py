from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.codes import fold_code
from text_analysis.normalise import align, fold, normalise, normalise_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ｍ８×３０　螺絲", "m8x30 螺丝"),
        ("【現貨】★頭髮夾", "现货 头发夹"),
        ("ｉＰｈｏｎｅ１５", "iphone15"),
        ("café", "cafe"),
        ("连衣裙\u200b女\u0000款", "连衣裙女 款"),
        ("充电宝🎁🔋快充", "充电宝 快充"),
        ("5㎡ 20℃ 3㎜ ½", "5m2 20°c 3mm 1/2"),
        ("①号 ㍑", "1号 リットル"),
        ("", ""),
        ("\ud800", ""),
    ],
)
def test_every_spelling_of_a_character_becomes_one(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_codes_lose_case_width_and_separators() -> None:
    assert normalise_code("ＡＢ-12 34.5/c_d") == "ab12345cd"


@given(st.text(st.sampled_from("ABcd019É红紅ß×ｱﾞ½-_ ./\\·()　*+#"), max_size=24))
def test_the_index_takes_for_one_code_what_the_record_does(code: str) -> None:
    """Both fold by one rule; the index simplifies traditional characters besides."""
    assert normalise_code(fold_code(code)) == normalise_code(code)
    assert normalise_code("紅-1") == fold_code("红1")


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_each_folded_character_knows_where_it_came_from(text: str) -> None:
    folded, offsets = align(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(text) for offset in offsets)
