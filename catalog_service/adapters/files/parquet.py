"""Parquet through polars, a batch at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from catalog_service.ports.listings import SourceRow
from kernel.errors import Invalid

BATCH_ROWS = 4_096  # rows decoded at once; a few megabytes of listings


class ParquetSource:
    """``ListingSource`` over a Parquet file; ``line`` is the row's number, from 1."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done = 0
        try:
            self._scan = pl.scan_parquet(path)
            self._columns = tuple(self._scan.collect_schema().names())
            self._total = int(self._scan.select(pl.len()).collect().item())
        except (PolarsError, OSError) as error:
            raise Invalid(f"{path.name} 不是能读取的 Parquet 文件：{error}", parameter="file") from error

    @property
    def name(self) -> str:
        return self._path.name

    @property
    def columns(self) -> Sequence[str] | None:
        return self._columns

    def digest(self) -> str:
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()

    def rows(self, *, skip: int) -> Iterator[SourceRow]:
        self._done = skip
        try:
            batches = self._scan.slice(skip).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
            for batch in batches:
                for values in batch.iter_rows(named=True):
                    self._done += 1
                    yield SourceRow(line=self._done, values=values)
        except PolarsError as error:
            raise Invalid(f"{self._path.name} 已损坏：{error}", parameter="file") from error

    def fraction_read(self) -> float:
        return min(self._done / max(self._total, 1), 1.0)
