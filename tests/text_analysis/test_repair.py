from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.text_analysis.conftest import TITLES
from text_analysis.analyzer import Analyzer
from text_analysis.pinyin import keys


@pytest.mark.parametrize(
    ("text", "repaired", "kind"),
    [
        ("lianyiqun", "连衣裙", "pinyin"),
        ("lian yi qun", "连衣裙", "pinyin"),
        ("lian衣qun", "连衣裙", "pinyin"),
        ("chongdianbao kuaichong", "充电宝 快充", "pinyin"),
        ("不绣钢水杯", "不锈钢水杯", "homophone"),
        ("充电保", "充电宝", "homophone"),
        ("不锈刚螺丝", "不锈钢螺丝", "homophone"),
        ("允电宝", "充电宝", "near_shape"),
    ],
)
def test_a_slip_becomes_the_word_that_was_meant(analyzer: Analyzer, text: str, repaired: str, kind: str) -> None:
    found = analyzer.query(text).repair
    assert found is not None
    assert (found.original, found.repaired, found.kind) == (text, repaired, kind)


@pytest.mark.parametrize(
    "text",
    ["iphone", "type-c", "led灯", "nike", "usb", "快递打包袋", "烧烤夹", "光学平台 夹片", "304", "m8x30", "鸿星尔克",
     "手机殼", "a b c",
     "无轨小火车", "muji", "十字绣浅灰色线"],
)  # fmt: skip
def test_right_queries_are_left_alone(analyzer: Analyzer, text: str) -> None:
    assert analyzer.query(text).repair is None


def test_no_word_of_the_lexicon_is_repaired(analyzer: Analyzer) -> None:
    repaired = [word for word in analyzer.lexicon if (found := analyzer.query(word).repair) and found.repaired != word]
    assert repaired == []


def test_no_clean_title_is_repaired(analyzer: Analyzer) -> None:
    assert [title for title in TITLES if analyzer.query(title).repair] == []


def test_repair_can_be_refused(analyzer: Analyzer) -> None:
    query = analyzer.query("不绣钢水杯", repair=False)
    assert (query.repair, query.text) == (None, "不绣钢水杯")


def test_keys_give_full_pinyin_and_initials() -> None:
    assert keys("连衣裙") == ("lianyiqun", "lyq")
    assert keys("T恤 男") == ("txunan", "txn")


@settings(max_examples=50)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz不绣钢充电宝 ", max_size=200))
def test_a_repair_names_what_it_was_given(analyzer: Analyzer, text: str) -> None:
    query = analyzer.query(text)
    if query.repair:
        assert query.text == query.repair.repaired != query.repair.original
