from __future__ import annotations

from pathlib import Path

import pytest

from tests.text_analysis.conftest import DATA_DIR
from text_analysis.analyzer import Analyzer
from text_analysis.tables import TextDataMissing, read_table


def test_synonyms_come_with_weight_reason_and_tokens(analyzer: Analyzer) -> None:
    word = analyzer.query("充电宝").words[0]
    (synonym,) = word.synonyms
    assert (synonym.text, synonym.characters) == ("移动电源", ("移", "动", "电", "源"))
    assert 0 < synonym.weight < 1
    assert synonym.reason == "同一件货的两种叫法，买卖双方都用"


def test_a_wider_word_reaches_the_narrower_but_not_back(analyzer: Analyzer) -> None:
    assert "手提包" in [s.text for s in analyzer.query("女包").words[0].synonyms]
    assert "女包" not in [s.text for s in analyzer.query("手提包").words[0].synonyms]


def test_names_from_the_caller_are_synonyms_of_a_short_phrase(analyzer: Analyzer) -> None:
    (word,) = analyzer.query("尖头细高跟鞋").words
    assert [(s.text, s.reason) for s in word.synonyms] == [("细跟高跟鞋", "类目 180101 的别名")]


def test_stuffing_is_not_required_unless_there_is_nothing_else(analyzer: Analyzer) -> None:
    words = analyzer.query("连衣裙 厂家直销 批发 新款").words
    assert [(word.text, word.required) for word in words] == [
        ("连衣裙", True), ("厂家直销", False), ("批发", False), ("新款", False),
    ]  # fmt: skip
    assert [word.required for word in analyzer.query("批发 现货").words] == [True, True]


def test_codes_are_normalised_as_for_documents(analyzer: Analyzer) -> None:
    assert analyzer.query("货号 AB-1234").codes == (analyzer.normalise_code("ab 1234"),)
    assert analyzer.query("6901234567892").codes == ("6901234567892",)
    assert analyzer.query("连衣裙").codes == ()


def test_every_step_is_written_down(analyzer: Analyzer) -> None:
    steps = analyzer.query("不绣钢水杯 不要塑料 10元以下 100个").steps
    assert [step.name for step in steps] == [
        "normalise", "price", "quantity", "negation", "repair", "cut",
    ]  # fmt: skip


def test_a_query_of_nothing_gives_an_empty_analysis(analyzer: Analyzer) -> None:
    for text in ("", "   ", "！？。", "\u0000\u200b", "🎁"):
        query = analyzer.query(text)
        assert (query.words, query.characters, query.text) == ((), (), "")


@pytest.mark.parametrize("path", sorted((DATA_DIR / "text").glob("*.tsv")), ids=lambda path: path.name)
def test_every_row_of_the_data_has_a_reason_and_stands_once(path: Path) -> None:
    rows = read_table(path)
    first = next(iter(rows[0]))
    keys = [row[first] for row in rows]
    assert len(keys) == len(set(keys))
    assert all(row["reason"].strip() for row in rows)


def test_a_row_without_reason_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "stuffing.tsv"
    path.write_text("word\treason\n批发\t供货\n现货\t\n", encoding="utf-8")
    with pytest.raises(TextDataMissing, match=r"stuffing.tsv 第 3 行"):
        read_table(path)
    with pytest.raises(TextDataMissing, match="missing"):
        read_table(tmp_path / "missing.tsv")
