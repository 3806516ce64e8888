"""Queries and judgments are read whole or refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pifa.evaluation.files import JudgmentsInvalid, JudgmentsMissing, read_judgments, read_qrels, read_queries


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8", newline="")
    return path


def test_both_files_are_joined_and_what_has_no_partner_is_counted(tmp_path: Path) -> None:
    queries = write(tmp_path / "q.tsv", "\ufeff1\t保温杯\r\n\r\n2\t 充电宝  快充 \n3\tno judgment\n")
    qrels = write(tmp_path / "r.tsv", "1\t0\t600001\t3\n2 0 o-2 0\n9\t0\t600001\t1\n2\t0\to-2\t0\n2\t0\to-3\t-2\n")
    found = read_judgments(queries, qrels)
    assert found.queries == {"1": "保温杯", "2": "充电宝  快充"}
    assert found.qrels == {"1": {"600001": 3}, "2": {"o-2": 0, "o-3": 0}}
    assert (found.unjudged, found.unknown) == (1, 1)


def test_lines_of_the_queries_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "q.tsv", "1\ta\n2 b\n\tc\n3\t \n1\td\n")
    with pytest.raises(JudgmentsInvalid) as refused:
        read_queries(path)
    assert refused.value.parameter == "queries"
    assert refused.value.message.splitlines() == [
        "q.tsv 有 4 行无法读取：",
        "第 2 行：没有制表符，应为 qid<TAB>text",
        "第 3 行：查询编号或文字为空",
        "第 4 行：查询编号或文字为空",
        "第 5 行：查询编号 1 重复",
    ]


def test_lines_of_the_judgments_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "r.tsv", "1\t0\ta\t1\n1\t0\ta\n1\t0\tb\tx\n1\t0\ta\t2\n1\t0\tc\t99999\n1\t0\tc\t1.5\n")
    with pytest.raises(JudgmentsInvalid) as refused:
        read_qrels(path)
    assert [line.split("：")[0] for line in refused.value.message.splitlines()[1:]] == [
        "第 2 行",
        "第 3 行",
        "第 4 行",
        "第 5 行",
        "第 6 行",
    ]


def test_a_wrong_file_names_ten_lines_and_says_how_many_there_are(tmp_path: Path) -> None:
    path = write(tmp_path / "r.tsv", "nothing here\n" * 40)
    with pytest.raises(JudgmentsInvalid) as refused:
        read_qrels(path)
    assert len(refused.value.message.splitlines()) == 12
    assert refused.value.detail == {"lines": 40}


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(JudgmentsInvalid, match="没有查询"):
        read_queries(write(tmp_path / "q.tsv", text))
    with pytest.raises(JudgmentsInvalid, match="没有评判"):
        read_qrels(write(tmp_path / "r.tsv", text))


def test_judgments_of_other_queries_are_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgmentsInvalid, match="没有评判"):
        read_judgments(write(tmp_path / "q.tsv", "1\ta\n"), write(tmp_path / "r.tsv", "2\t0\tx\t1\n"))


def test_a_missing_file_and_bytes_that_are_no_text_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(JudgmentsMissing, match=r"q\.tsv"):
        read_queries(tmp_path / "q.tsv")
    (tmp_path / "b.tsv").write_bytes(b"1\t\xff\xfe\n")
    with pytest.raises(JudgmentsInvalid, match="UTF-8"):
        read_queries(tmp_path / "b.tsv")
