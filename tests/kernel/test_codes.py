"""What of a spelling counts when codes are compared."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.codes import FOLDED_CHARACTERS_MAX, fold_code, parted_alike

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
SIGNS = "- _./\\,()[]·–—‐　\u200b\u00ad"
anything = st.text(max_size=40)
codes = st.text(st.sampled_from("ABcd019ÄÉß红繁ｱﾞ²½Ⅳ×φ*+#" + SIGNS), max_size=24)


@pytest.mark.parametrize(
    ("code", "folded"),
    [
        # Stored beside every code: who changes a line here brings a migration that folds them anew.
        ("T-1-R", "t1r"), ("ｔ．１／Ｒ", "t1r"), ("T_1 R", "t1r"), ("T—1–R", "t1r"), ("T\\1(R)", "t1r"),
        ("M8×30", "m8x30"), ("M8*30", "m8*30"), ("红色-L", "红色l"), ("紅-1", "紅1"), ("Ø12/φ12", "φ12φ12"),
        ("A#1+2", "a#1+2"), ("6 901234 567892", "6901234567892"), ("½", "12"), ("café", "cafe"), ("ﾃﾞ-1", "テ1"),
        ("가-1", "가1"), ("ſ", "s"), ("ΣΑΣ", "σασ"), ("--_/", ""), ("🎁", ""), ("\ud800A", "a"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_a_code_is_folded_to(code: str, folded: str) -> None:
    assert fold_code(code) == folded


@given(anything | codes)
def test_folding_twice_changes_nothing_more(code: str) -> None:
    assert fold_code(fold_code(code)) == fold_code(code)


@given(anything | codes)
def test_case_is_nothing(code: str) -> None:
    assert fold_code(code.upper()) == fold_code(code.lower()) == fold_code(code.title()) == fold_code(code)


@given(st.text(st.characters(max_codepoint=0x7E), max_size=40))
def test_width_is_nothing(code: str) -> None:
    assert fold_code(code.translate(WIDE)) == fold_code(code)


@given(codes, st.lists(st.tuples(st.integers(0, 30), st.sampled_from(SIGNS)), max_size=6))
def test_whatever_parts_a_code_is_nothing(code: str, parted: list[tuple[int, str]]) -> None:
    spelt = code
    for place, sign in parted:
        spelt = spelt[:place] + sign + spelt[place:]
    assert fold_code(spelt) == fold_code(code)


def test_every_character_folds_once_and_in_either_case_and_to_what_an_index_takes() -> None:
    for point in range(sys.maxunicode + 1):
        folded = fold_code(chr(point))
        assert fold_code(folded) == folded == fold_code(chr(point).upper()) == fold_code(chr(point).lower())
        folded.encode()
    assert len(fold_code("ﷺ" * 64).encode()) <= 4 * FOLDED_CHARACTERS_MAX


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        ("T-1-R", "T1R", True), ("T-1R", "T1-R", True), ("M6-20", "M620", True), ("904.990.22", "904-990-22", True),
        ("904.990.22", "90499022", False), ("M6-20", "M62-0", False), ("D1.5", "D15", False), ("D1.5", "D-1.5", True),
        ("1/2寸", "12寸", False), ("AB-C", "A-BC", False), ("AB-C", "ABC", True), ("１．５", "1.5", True),
        ("红-L", "红L", True), ("é-1", "e1", True), ("", "", True),
    ],
)  # fmt: skip
def test_spellings_that_are_surely_one_code(one: str, other: str, sure: bool) -> None:
    assert fold_code(one) == fold_code(other)
    assert (parted_alike(one, other), parted_alike(other, one)) == (sure, sure)


@given(codes)
def test_a_code_is_surely_itself_and_itself_in_other_case_and_width(code: str) -> None:
    assert parted_alike(code, code)
    assert parted_alike(code.upper(), code.lower())
