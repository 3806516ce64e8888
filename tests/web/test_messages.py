"""The catalogue of refusals says everything that the source says, and nothing that it no longer does."""

from __future__ import annotations

import pytest

from ops.messages import NOT_TOLD, ROOT, Said, messages, renewed
from tests.languages import HAN
from web.translation import CATALOGUE, PLACE, Shape, english, read_catalogue

ENGLISH = read_catalogue()
Messages = dict[tuple[str, ...], Said]


@pytest.fixture(scope="module")
def said() -> Messages:
    return messages()


def test_every_sentence_of_the_source_has_its_english(said: Messages) -> None:
    known = {Shape.of(source).parts for source, text in ENGLISH.items() if text}
    missing = {f"{each.where}: {each.text}" for parts, each in said.items() if parts not in known}
    assert missing == set(), "write their English (`python -m ops.messages` adds the ids)"


def test_no_english_is_left_of_sentences_that_nobody_says(said: Messages) -> None:
    assert {source for source in ENGLISH if Shape.of(source).parts not in said} == set()


def test_the_catalogue_is_as_the_script_writes_it(said: Messages) -> None:
    assert CATALOGUE.read_text("utf-8") == renewed(said, ENGLISH), "run `python -m ops.messages`"


def test_the_english_has_the_same_values_and_no_chinese() -> None:
    for source, text in ENGLISH.items():
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(source)), source
        assert not HAN.search(text), source


@pytest.mark.parametrize("value", ["x1", "42", "水杯", "a b", "7.5"])
def test_a_sentence_filled_with_values_is_known_again_and_no_other_wins(value: str) -> None:
    mistaken = {}
    for source in filter(PLACE.search, ENGLISH):
        found = english().entry(PLACE.sub(value, source))
        if found is None or found[0] != Shape.of(source):
            mistaken[source] = found
    assert mistaken == {}


def test_what_is_left_out_exists() -> None:
    for place in NOT_TOLD:
        path, _, name = place.partition(":")
        assert name in (ROOT / path).read_text("utf-8"), place


def test_a_new_sentence_and_a_dead_one_are_noticed(said: Messages) -> None:
    first, *_ = said
    without = {source: text for source, text in ENGLISH.items() if Shape.of(source).parts != first}
    assert f'msgid "{said[first].text}"\nmsgstr ""' in renewed(said, without)
    assert "没有人说的话" not in renewed(said, {**ENGLISH, "没有人说的话": "nobody says this"})
