"""Which reader a file needs, by its name."""

from __future__ import annotations

from pathlib import Path

from catalog_service.adapters.files.delimited import DelimitedSource
from catalog_service.adapters.files.json_lines import JsonLinesSource
from catalog_service.adapters.files.parquet import ParquetSource
from catalog_service.ports.listings import ListingSource
from kernel.errors import Invalid, NotFound


class UnknownFormat(Invalid):
    """The name ends in nothing that we read."""

    code = "unknown_format"


def open_source(path: Path) -> ListingSource:
    """The source for ``path``: .jsonl .ndjson .json .csv .tsv .txt (each also .gz), .parquet .pq.

    Raises ``NotFound``, ``UnknownFormat``, or ``Invalid`` when it cannot be read.
    """
    if not path.is_file():
        raise NotFound(f"没有文件 {path}", parameter="file")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = (suffixes[-2:-1] if packed else suffixes[-1:]) or [""]
    try:
        if kind[0] in (".jsonl", ".ndjson", ".json"):
            return JsonLinesSource(path, packed=packed)
        if kind[0] in (".csv", ".tsv", ".txt"):
            return DelimitedSource(path, packed=packed)
        if kind[0] in (".parquet", ".pq") and not packed:
            return ParquetSource(path)
    except OSError as error:
        raise Invalid(f"文件 {path} 无法读取：{error.strerror or error}", parameter="file") from error
    raise UnknownFormat("文件必须是 .jsonl、.csv、.tsv（可加 .gz）或 .parquet", parameter="file")
