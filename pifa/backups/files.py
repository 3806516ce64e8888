"""Copying files so that the copy is known: digested as it is written, on the disk before it counts, its owner's."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from filelock import FileLock

from pifa.backups.manifest import FileContent

BLOCK_BYTES = 1 << 20
STAGED = "#"  # in the name of an object that its store is still writing


def copy_file(source: Path, target: Path, *, secret: bool = False) -> FileContent:
    """A new file that its owner alone may read."""
    make_folder(target.parent)
    digest, count = hashlib.sha256(), 0
    with source.open("rb") as reading, _created(target) as writing:
        while block := reading.read(BLOCK_BYTES):
            digest.update(block)
            count += len(block)
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
    return FileContent(bytes=count, sha256=digest.hexdigest(), secret=secret)


def make_folder(path: Path) -> None:
    """With those above it, each its owner's alone where it is new."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def copy_lines(source: Path, target: Path) -> FileContent:
    """A file to which lines are added under a lock beside it: no line is copied half."""
    with FileLock(f"{source}.lock"):
        return copy_file(source, target)


def copy_database(source: Path, target: Path) -> FileContent:
    """A SQLite file that others write, by SQLite's own backup, which leaves it on the disk."""
    _created(target).close()
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")
    return digest_of(target)


def copy_folder(source: Path, target: Path, *, secret: bool = False) -> Iterator[tuple[str, FileContent]]:
    """Every file below, as it is found; paths are below ``source``. What vanishes meanwhile was never whole, or
    lies elsewhere below by then (a picture set aside): so it is looked again until nothing new is there."""
    seen: set[Path] = set()
    while fresh := sorted(path for path in source.rglob("*") if path not in seen and path.is_file()):
        seen.update(fresh)
        for path in fresh:
            relative = path.relative_to(source)
            if STAGED in path.name:
                continue
            try:
                yield relative.as_posix(), copy_file(path, target / relative, secret=secret)
            except FileNotFoundError:
                continue


def digest_of(path: Path, *, secret: bool = False) -> FileContent:
    """Of a file that stands."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileContent(bytes=file.tell(), sha256=digest, secret=secret)


def _created(target: Path) -> io.BufferedWriter:
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
