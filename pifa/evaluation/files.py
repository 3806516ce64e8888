"""Queries and judgments from TSV files; what cannot be read is named by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import Invalid, NotFound

LINES_NAMED_MAX = 10  # a wrong file has every line wrong; ten show the pattern
GRADE_MAX = 1000  # TREC judgments go to 4, click models to 100; more is a column that is no grade


class JudgmentsInvalid(Invalid):
    """A line of the queries or the judgments cannot be read; the message names the lines."""

    code = "judgments_invalid"


class JudgmentsMissing(NotFound):
    """A file is not there or is no UTF-8 text."""

    code = "judgments_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgments:
    """Texts by query id in file order, and grades by query id and offer id. Only queries that were judged are here.

    ``unjudged``: queries without any judgment; ``unknown``: judged ids that the queries do not have. Both are left out.
    """

    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]
    unjudged: int
    unknown: int


def read_judgments(queries: Path, qrels: Path) -> Judgments:
    """Both files; raises ``JudgmentsInvalid`` or ``JudgmentsMissing`` in one message."""
    texts = read_queries(queries)
    grades = read_qrels(qrels)
    judged = {query_id: text for query_id, text in texts.items() if query_id in grades}
    if not judged:
        raise JudgmentsInvalid(f"{qrels.name} 没有评判 {queries.name} 中的任何查询", parameter="qrels")
    return Judgments(
        queries=judged,
        qrels={query_id: grades[query_id] for query_id in judged},
        unjudged=len(texts) - len(judged),
        unknown=len(grades) - len(judged),
    )


def read_queries(path: Path) -> dict[str, str]:
    """``qid<TAB>text`` lines; empty lines are skipped."""
    texts: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in _lines(path, parameter="queries"):
        query_id, tab, text = line.partition("\t")
        if not tab:
            wrong.append(f"第 {number} 行：没有制表符，应为 qid<TAB>text")
        elif not query_id.strip() or not text.strip():
            wrong.append(f"第 {number} 行：查询编号或文字为空")
        elif query_id.strip() in texts:
            wrong.append(f"第 {number} 行：查询编号 {query_id.strip()[:50]} 重复")
        else:
            texts[query_id.strip()] = text.strip()
    _refuse(path, wrong, parameter="queries")
    if not texts:
        raise JudgmentsInvalid(f"{path.name} 里没有查询", parameter="queries")
    return texts


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """``qid<TAB>0<TAB>offer_id<TAB>grade`` lines (the TREC form; the second column is not used)."""
    grades: dict[str, dict[str, int]] = {}
    wrong: list[str] = []
    for number, line in _lines(path, parameter="qrels"):
        columns = [column.strip() for column in (line.split("\t") if "\t" in line else line.split())]
        if len(columns) != 4 or not all((columns[0], columns[2])):
            wrong.append(f"第 {number} 行：应有 4 列 qid<TAB>0<TAB>offer_id<TAB>grade，现有 {len(columns)} 列")
            continue
        query_id, _, offer_id, text = columns
        grade = _grade(text)
        if grade is None:
            wrong.append(f"第 {number} 行：等级“{text[:20]}”不是 {-GRADE_MAX} 到 {GRADE_MAX} 的整数")
        elif grades.setdefault(query_id, {}).setdefault(offer_id, grade) != grade:
            wrong.append(f"第 {number} 行：{query_id[:50]} 对 {offer_id[:70]} 有两个不同的等级")
    _refuse(path, wrong, parameter="qrels")
    if not grades:
        raise JudgmentsInvalid(f"{path.name} 里没有评判", parameter="qrels")
    return grades


def _grade(text: str) -> int | None:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 4 and int(digits) <= GRADE_MAX):
        return None
    # Some collections grade below zero for spam; to the figures that is simply not relevant.
    return 0 if text.startswith("-") else int(digits)


def _lines(path: Path, *, parameter: str) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise JudgmentsMissing(f"没有文件 {path}", parameter=parameter) from None
    except UnicodeDecodeError:
        raise JudgmentsInvalid(f"{path.name} 不是 UTF-8 文本", parameter=parameter) from None
    # Not splitlines: a query may hold a form feed or a Unicode line separator.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def _refuse(path: Path, wrong: list[str], *, parameter: str) -> None:
    if wrong:
        more = f"\n……共 {len(wrong)} 行有误" if len(wrong) > LINES_NAMED_MAX else ""
        raise JudgmentsInvalid(
            f"{path.name} 有 {len(wrong)} 行无法读取：\n" + "\n".join(wrong[:LINES_NAMED_MAX]) + more,
            parameter=parameter,
            detail={"lines": len(wrong)},
        )
