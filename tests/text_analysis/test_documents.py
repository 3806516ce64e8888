from __future__ import annotations

import re
import time
import warnings

import pytest
import rjieba
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.text_analysis.conftest import TITLES
from text_analysis.analyzer import Analyzer


def test_a_title_is_cut_into_every_grain(analyzer: Analyzer) -> None:
    document = analyzer.document("不鏽鋼T恤衣架 1.5L", ("材质 塑料", "塑料"))
    assert document.characters == "不 锈 钢 t 恤 衣 架 1500ml 1.5"
    assert document.bigrams == "不锈 锈钢 钢t t恤 恤衣 衣架 架1500ml"
    assert document.words == "不锈 不锈钢 衣架 t恤 t 恤 1500ml 1.5"
    assert document.facts == "材质 塑料 塑料"
    assert document.coverage == "不 锈 钢 t 恤 衣 架 1500ml 1.5 材 质 塑 料"


@pytest.mark.parametrize("title", TITLES)
def test_a_title_typed_as_a_query_asks_only_for_tokens_the_title_has(analyzer: Analyzer, title: str) -> None:
    document, query = analyzer.document(title), analyzer.query(title, repair=False)
    for word in query.words:
        assert set(word.characters) <= set(document.coverage.split()), word.text
        assert set(word.tokens) <= set(document.words.split()), word.text
    assert set(query.characters) <= set(document.characters.split())


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_characters_of_a_query_are_those_of_its_document(analyzer: Analyzer, text: str) -> None:
    query = analyzer.query(text, repair=False)
    if query.text == query.normalised:
        assert set(query.characters) <= set(analyzer.document(text).coverage.split())


@given(st.lists(st.tuples(st.text(), st.lists(st.text(), max_size=3)), max_size=5))
def test_many_documents_are_the_single_ones_in_order(analyzer: Analyzer, items: list[tuple[str, list[str]]]) -> None:
    assert analyzer.documents(items) == [analyzer.document(title, facts) for title, facts in items]


@settings(deadline=None)
@given(st.text())
def test_no_text_makes_analysis_raise(analyzer: Analyzer, text: str) -> None:
    query = analyzer.query(text)
    assert query.original == text
    assert len(query.normalised) <= 200
    analyzer.document(text, (text,))
    analyzer.highlight(text, query)


@pytest.mark.parametrize("unit", ["连", "1x", "a ", "1-", "不要", "10元", "一", "lian", "不绣", "1.", "9", "*8*", "m8"])
def test_time_grows_no_faster_than_the_text(analyzer: Analyzer, unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        best = 1e9
        for attempt in range(3):
            started = time.process_time()
            analyzer.document(f"{attempt} {text}")
            analyzer.query(f"{attempt} {text}")
            best = min(best, time.process_time() - started)
        return best

    # Eight times the text: sixteen times the time would still be linear on a busy machine, sixty-four is quadratic.
    assert seconds(16_000) < 30 * seconds(2_000) + 0.02


def test_rjieba_cuts_our_texts_exactly_as_jieba_does() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source has invalid escapes, and it asks for pkg_resources
        import jieba
    reference, fast = jieba.Tokenizer(), rjieba.Jieba()
    reference.initialize()
    for word in ("充电宝", "不粘锅", "一件代发"):
        reference.add_word(word)
        fast.add_word(word, None, None)
    for title in (re.sub(r"[^\u4e00-\u9fff]+", " ", title) for title in TITLES):  # runs are read before the cut
        assert fast.cut(title, True) == reference.lcut(title)
        assert fast.cut(title, False) == reference.lcut(title, HMM=False)
        assert fast.cut_for_search(title, False) == reference.lcut_for_search(title, HMM=False)
