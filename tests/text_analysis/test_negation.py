from __future__ import annotations

import pytest

from text_analysis.analyzer import Analyzer


@pytest.mark.parametrize(
    ("text", "excluded", "rest"),
    [
        ("手机壳 不要硅胶", ["硅胶"], "手机壳"),
        ("非塑料水杯", ["塑料"], "水杯"),
        ("除了塑料以外的水杯", ["塑料"], "水杯"),
        ("不要塑料和玻璃的水杯", ["塑料", "玻璃"], "水杯"),
        ("女包 -真皮", ["真皮"], "女包"),
        ("水杯 不含塑料", ["塑料"], "水杯"),
        ("不要 硅胶 手机壳", ["硅胶"], "手机壳"),
    ],
)
def test_what_is_not_wanted_is_taken_out(analyzer: Analyzer, text: str, excluded: list[str], rest: str) -> None:
    query = analyzer.query(text)
    assert ([word.text for word in query.excluded], query.text) == (excluded, rest)


@pytest.mark.parametrize(
    "text",
    ["不锈钢水杯", "无线鼠标", "无痕内裤", "非洲鼓", "不干胶标签", "不粘锅", "无人机", "除湿机", "米非司酮", "非标螺丝",
     "无纺布袋", "无香精洗衣液", "不要", "除了", "type-c数据线"],
)  # fmt: skip
def test_words_of_the_lexicon_win_over_cues(analyzer: Analyzer, text: str) -> None:
    query = analyzer.query(text, repair=False)
    assert query.excluded == ()
    assert query.text == analyzer.normalise(text)
