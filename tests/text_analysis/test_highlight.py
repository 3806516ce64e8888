from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_analysis.analyzer import Analyzer


def marked(analyzer: Analyzer, text: str, query: str) -> list[str]:
    return [text[span.start : span.end] for span in analyzer.highlight(text, analyzer.query(query))]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("夏季連衣裙女", "连衣裙", ["連衣裙"]),
        ("Ｍ８×３０ 螺絲", "M8*30", ["Ｍ８×３０"]),
        ("大容量移动电源", "充电宝", ["移动电源"]),
        ("1.5L水壶", "1500毫升", ["1.5L"]),
        ("不锈钢水杯", "不绣钢", ["不锈钢"]),
        ("碎花连衣裙", "lianyiqun", ["连衣裙"]),
        ("iPhone15手机壳", "iphone 15", ["iPhone15"]),
        ("连\u200b衣裙🎁", "连衣裙", ["连\u200b衣裙"]),
        ("铅笔", "连衣裙", []),
    ],
)
def test_what_answers_the_query_is_marked_in_the_original(
    analyzer: Analyzer, text: str, query: str, expected: list[str]
) -> None:
    assert marked(analyzer, text, query) == expected


_WORDS = st.sampled_from(
    ["連衣裙", "Ｍ８×３０", "1.5升", "T恤", "🎁", "ﬁ", "㎡", "\u0301", "é", "  ", "女", "iPhone15"]
)


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=5), _WORDS), max_size=8).map("".join), st.lists(_WORDS).map(" ".join))
def test_spans_lie_apart_and_stripping_the_tags_gives_the_original(analyzer: Analyzer, text: str, query: str) -> None:
    spans = analyzer.highlight(text, analyzer.query(query))
    out, position = [], 0
    for span in spans:
        assert position <= span.start < span.end <= len(text)
        out += [text[position : span.start], "\ue000", text[span.start : span.end], "\ue001"]
        position = span.end
    out.append(text[position:])
    tagged = "".join(out)
    plain = text.replace("\ue000", "").replace("\ue001", "")
    assert tagged.replace("\ue000", "").replace("\ue001", "") == plain
    assert [a.end < b.start for a, b in pairwise(spans)] == [True] * (len(spans) - 1 if spans else 0)
