"""The folder of prepared partitions: a Parquet file each and, written last, its seal."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from indexer.prepared.make import Made
from indexer.prepared.partitions import Partition
from kernel.errors import Conflict


class PreparationBusy(Conflict):
    """Another process prepares in this folder."""

    code = "preparation_busy"


FILE, SEAL = ".parquet", ".json"


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is of and the digest that it must have; a file without its seal is not whole."""

    key: str
    fingerprint: str
    after_id: str
    last_id: str
    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PreparedFolder:
    """Files by the key of their listings. One process writes at a time, any number read."""

    directory: Path

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The folder for one process; raises PreparationBusy when another has it. A dead process gives it up."""
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.directory / "writer.lock", timeout=0):
                yield
        except Timeout:
            raise PreparationBusy("另一个 pifa prepare 正在运行") from None

    def write(self, partition: Partition, made: Made, *, fingerprint: str) -> None:
        """The file, then its seal, each whole under its name or not there."""
        seal = Seal(
            key=made.key,
            fingerprint=fingerprint,
            after_id=partition.after_id,
            last_id=partition.last_id,
            count=partition.count,
            sha256=hashlib.sha256(made.content).hexdigest(),
        )
        self._put(made.key + FILE, made.content)
        self._put(made.key + SEAL, msgspec.json.format(msgspec.json.encode(seal)))

    def seals(self, *, fingerprint: str) -> Iterator[Seal]:
        """Those of this fingerprint, in the order of their ids; a seal that cannot be read is none."""
        found = filter(None, map(self._seal, self.directory.glob(f"*{SEAL}")))
        yield from sorted((s for s in found if s.fingerprint == fingerprint), key=lambda s: (s.last_id, s.key))

    def read(self, seal: Seal) -> bytes | None:
        """The file's bytes; None when it is gone or its digest is another."""
        try:
            content = (self.directory / f"{seal.key}{FILE}").read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == seal.sha256 else None

    def keep(self, keys: Collection[str]) -> None:
        """Remove all but these, unfinished files too; a seal goes before its file."""
        stale = [path for path in self.directory.glob("*") if path.suffix in (SEAL, FILE, ".new")]
        for path in sorted(stale, key=lambda path: path.suffix != SEAL):
            if path.stem not in keys:
                path.unlink()

    def _put(self, name: str, content: bytes) -> None:
        beside = self.directory / f"{name}.new"
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.directory / name)

    def _seal(self, path: Path) -> Seal | None:
        try:
            seal = msgspec.json.decode(path.read_bytes(), type=Seal)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None
        return seal if seal.key == path.stem else None
