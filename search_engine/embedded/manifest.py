"""The manifest: the one file that says what is published. Whoever reads it sees one whole state."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from search_engine.port import IndexCorrupt, IndexMissing, IndexOfAnotherSchema, VectorSpace
from search_engine.schema import SCHEMA_VERSION

MANIFEST_NAME = "manifest.json"
MEND = "请运行 pifa rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``serial`` rises with every publication, over generations too. ``next_row``: rows below it may be in use.
    ``values``: value numbers below it may be in use. ``dead``: so many of the dead rows listed are dead.
    ``postings``: the ranges of rows that have been turned round.
    """

    generation: str
    serial: int
    schema_version: int
    feed_cursor: int
    next_row: int
    values: int
    dead: int
    postings: tuple[tuple[int, int], ...]
    vectors_pending: int
    vectors_published_row: int
    graph: str | None
    vector_space: VectorSpace | None


def read_manifest(index_dir: Path) -> Manifest:
    """The published state; raises IndexMissing, IndexCorrupt or IndexOfAnotherSchema."""
    path = index_dir / MANIFEST_NAME
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise IndexMissing(f"还没有索引：{MEND} 或 pifa import", detail={"path": str(path)}) from None
    except (OSError, ValueError) as error:
        raise corrupt(path, error) from error
    try:
        if raw["schema_version"] != SCHEMA_VERSION:
            raise IndexOfAnotherSchema(
                f"索引是按另一版字段表（{raw['schema_version']}）建的，当前是 {SCHEMA_VERSION}：{MEND}",
                detail={"path": str(path), "command": "pifa rebuild"},
            )
        space = raw.pop("vector_space")
        postings = tuple((int(first), int(end)) for first, end in raw.pop("postings"))
        manifest = Manifest(**raw, postings=postings, vector_space=VectorSpace(**space) if space else None)
        _check_types(manifest)
        return manifest
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise corrupt(path, error) from error


def write_manifest(index_dir: Path, manifest: Manifest) -> None:
    """Publish: write beside, sync, swap by rename, sync the directory."""
    beside = index_dir / f"{MANIFEST_NAME}.new"
    with beside.open("wb") as file:
        file.write(json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, index_dir / MANIFEST_NAME)
    sync_directory(index_dir)


def sync_directory(directory: Path) -> None:
    """Make renames and new names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def corrupt(path: Path, error: BaseException) -> IndexCorrupt:
    """The error for a file that cannot be read."""
    return IndexCorrupt(
        f"索引文件损坏：{path.name}。{MEND}",
        detail={"path": str(path), "command": "pifa rebuild", "reason": str(error)},
    )


def _check_types(manifest: Manifest) -> None:
    numbers = (
        manifest.serial,
        manifest.feed_cursor,
        manifest.next_row,
        manifest.values,
        manifest.dead,
        manifest.vectors_pending,
        manifest.vectors_published_row,
    )
    if not all(isinstance(number, int) for number in numbers) or not isinstance(manifest.generation, str):
        raise TypeError("a value of the wrong type")
    if "/" in manifest.generation or not manifest.generation:
        raise TypeError("not a generation's name")
