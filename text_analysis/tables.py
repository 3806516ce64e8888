"""Reads the tab-separated files of ``data/text/``: one header line, one row a fact, the last column its reason."""

from __future__ import annotations

from pathlib import Path

from kernel.errors import Unavailable


class TextDataMissing(Unavailable):
    """A file of text data is not there, or a row of it is wrong; the message names file and line."""

    code = "text_data_missing"


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows as dictionaries by column name; ``#`` starts a comment line. Raises TextDataMissing."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TextDataMissing(f"读不到文本资料 {path}：{error}") from error
    if not lines:
        raise TextDataMissing(f"文本资料 {path} 是空的")
    columns = lines[0].split("\t")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != len(columns) or not cells[-1].strip():
            raise TextDataMissing(f"文本资料 {path} 第 {number} 行：应有 {len(columns)} 列，且理由不能为空")
        rows.append(dict(zip(columns, cells, strict=True)))
    return rows
