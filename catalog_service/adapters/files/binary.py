"""Bytes of a file, packed or not, with the position in what lies on the disk."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from kernel.errors import Invalid

LINE_BYTES_MAX = 1 << 20  # one listing; a longer line is no listing and must not fill the memory


class FileBytes:
    """A file that is read line by line; ``fraction_read`` follows the reading."""

    def __init__(self, path: Path, *, packed: bool) -> None:
        self.path = path
        self._packed = packed
        self._size = max(path.stat().st_size, 1)
        self._open: IO[bytes] | None = None

    def digest(self) -> str:
        """BLAKE2b of the bytes on the disk, hexadecimal."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()

    def head(self, size: int) -> bytes:
        """The first ``size`` bytes, unpacked."""
        with self.path.open("rb") as file:
            return self._unpacked(file).read(size)

    def lines(self) -> Iterator[tuple[bytes, bool]]:
        """Each line with its end, and whether it was too long (then only its beginning is given)."""
        with self.path.open("rb") as file:
            self._open = file
            stream = self._unpacked(file)
            try:
                while line := stream.readline(LINE_BYTES_MAX):
                    whole = line.endswith(b"\n") or len(line) < LINE_BYTES_MAX
                    if not whole:
                        _skip_line(stream)
                    yield line, not whole
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise Invalid(f"压缩文件 {self.path.name} 已损坏：{error}", parameter="file") from error
            finally:
                self._open = None

    def fraction_read(self) -> float:
        return 1.0 if self._open is None else min(self._open.tell() / self._size, 1.0)

    def _unpacked(self, file: IO[bytes]) -> IO[bytes]:
        return cast("IO[bytes]", gzip.open(file, "rb")) if self._packed else file


def _skip_line(stream: IO[bytes]) -> None:
    while (part := stream.readline(LINE_BYTES_MAX)) and not part.endswith(b"\n"):
        pass
