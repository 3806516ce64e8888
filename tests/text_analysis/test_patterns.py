"""Patterns over many words."""

from __future__ import annotations

import re

import pytest

from text_analysis.patterns import any_word

WORDS = ["t恤", "t恤裙", "t型槽", "u盘", "c++线", "u型"]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_matches_whole(word: str) -> None:
    assert re.fullmatch(any_word(WORDS), word)


@pytest.mark.parametrize("text", ["t", "t恤x", "盘", "c线", ""])
def test_nothing_else_matches_whole(text: str) -> None:
    assert not re.fullmatch(any_word(WORDS), text)


def test_the_longest_word_that_fits_is_found_first() -> None:
    found = re.match(any_word(["t恤", "t恤裙"]), "t恤裙子")
    assert found is not None
    assert found[0] == "t恤裙"


def test_a_shorter_word_is_found_where_the_longer_one_may_not_stand() -> None:
    found = re.match(any_word(["u型", "u型管"]) + "(?!路)", "u型管路")
    assert found is not None
    assert found[0] == "u型"
