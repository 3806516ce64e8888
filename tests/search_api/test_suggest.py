"""Suggestions: what is being typed, by text, pinyin and initials, the popular first."""

from __future__ import annotations

import pytest

from search_api.suggest.suggester import SUGGESTIONS_MAX, Entry, Suggester
from text_analysis.pinyin import keys

NAMES = {"连衣裙": 90, "连帽卫衣": 80, "连衣裙套装": 10, "不锈钢水杯": 70, "USB数据线": 60, "吊带连衣裙": 99}


@pytest.fixture(scope="module")
def suggester(known: dict[str, object]) -> Suggester:
    many = [Entry(text=f"螺丝{number}号", weight=number) for number in range(30)]
    entries = [*(Entry(text=text, weight=weight, category_id="16") for text, weight in NAMES.items()), *many]
    return Suggester(entries, pinyin_keys=keys, normalise=known["analyzer"].normalise)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "texts", "by"),
    [
        ("连", ["连衣裙", "连帽卫衣", "连衣裙套装"], "text"),
        ("连衣", ["连衣裙", "连衣裙套装"], "text"),
        ("連衣", ["连衣裙", "连衣裙套装"], "text"),
        ("lianyi", ["连衣裙", "连衣裙套装"], "pinyin"),
        ("lian yi", ["连衣裙", "连衣裙套装"], "pinyin"),
        ("lyq", ["连衣裙", "连衣裙套装"], "initials"),
        ("BXG", ["不锈钢水杯"], "initials"),
        ("usb", ["USB数据线"], "text"),
    ],
)
def test_what_is_typed_is_completed_the_popular_first(
    suggester: Suggester, typed: str, texts: list[str], by: str
) -> None:
    found = suggester.suggest(typed)
    assert [suggestion.text for suggestion in found] == texts
    assert {suggestion.by for suggestion in found} == {by}


def test_at_most_ten_and_those_are_the_most_popular(suggester: Suggester) -> None:
    found = [suggestion.text for suggestion in suggester.suggest("螺丝")]
    assert SUGGESTIONS_MAX == 10
    assert found == [f"螺丝{number}号" for number in range(29, 19, -1)]


@pytest.mark.parametrize("typed", ["", " ", "没有这个", "😀", "\x00", "%", "' OR 1=1", "a" * 10_000])
def test_what_completes_to_nothing_gives_nothing(suggester: Suggester, typed: str) -> None:
    assert list(suggester.suggest(typed)) == []


def test_how_much_of_the_text_was_typed_is_told_where_it_was_typed_as_text(suggester: Suggester) -> None:
    assert suggester.suggest("连衣")[0].matched == 2
    assert suggester.suggest("lyq")[0].matched == 0
