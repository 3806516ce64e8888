"""The manifest of a backup: what it holds, by digests. Written last: without it a backup is none."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import NoReturn

import msgspec

from catalog_service.domain.copies import RecordContent, TableContent
from kernel.errors import Conflict, Invalid

NAME = "manifest.json"
UNFINISHED_NAME = "manifest.unfinished.json"
FORMAT = 1


class BackupUnfinished(Conflict):
    """It was begun and not ended; or nobody ever began one here."""

    code = "backup_unfinished"


class BackupDamaged(Conflict):
    """Something in it is not as it was written; the message names the first."""

    code = "backup_damaged"


class BackupTooNew(Invalid):
    """A newer program made it."""

    code = "backup_too_new"


class FileContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """``secret``: whoever reads the file can act as the site."""

    bytes: int
    sha256: str
    secret: bool = False


class TableEntry(msgspec.Struct, frozen=True):
    """Of the table's rows in the order of their keys, each a JSON array of its columns by name; ``marks``: the first 16
    digits of it after each thousand rows."""

    rows: int
    sha256: str
    marks: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``files`` are below the backup's folder, by their paths; ``left_out`` says why something is not there."""

    format: int
    pifa: str
    created_at: int
    created: str
    database: str
    database_kind: str
    revision: str
    tables: dict[str, TableEntry]
    counters: dict[str, int]
    files: dict[str, FileContent]
    left_out: dict[str, str]
    sha256: str = ""

    @property
    def content(self) -> RecordContent:
        """Of the record in it."""
        tables = {
            name: TableContent(rows=entry.rows, sha256=entry.sha256, marks=entry.marks)
            for name, entry in self.tables.items()
        }
        return RecordContent(revision=self.revision, tables=tables, counters=self.counters)

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in self.files.values())


def table_entries(content: RecordContent) -> dict[str, TableEntry]:
    """As the manifest has them."""
    return {
        name: TableEntry(rows=table.rows, sha256=table.sha256, marks=table.marks)
        for name, table in content.tables.items()
    }


def begin(folder: Path, *, version: str, created: str) -> None:
    """Say that a backup is being made here: until its manifest stands, it is named as unfinished."""
    (folder / UNFINISHED_NAME).write_bytes(_formatted({"pifa": version, "begun": created}))


def write(folder: Path, manifest: Manifest) -> None:
    """The last deed of a backup: whole or not at all, on the disk before its beginning is forgotten."""
    sealed = msgspec.structs.replace(manifest, sha256=_seal(manifest))
    draft = folder / f"{NAME}.partial"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_formatted(sealed))
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, folder / NAME)
    sync_folder(folder)
    (folder / UNFINISHED_NAME).unlink(missing_ok=True)


def read(folder: Path) -> Manifest:
    """The manifest of a whole backup; raises ``BackupUnfinished``, ``BackupDamaged`` or ``BackupTooNew``."""
    try:
        raw = (folder / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        _refuse_unfinished(folder)
    try:
        made = msgspec.json.decode(raw)["format"]
        manifest = msgspec.json.decode(raw, type=Manifest) if made == FORMAT else None
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError):
        raise BackupDamaged(f"{NAME} 无法读取，这份备份不可用") from None
    if manifest is None:
        raise BackupTooNew(f"这份备份的格式是 {made}，本程序只认得 {FORMAT}：请用写它的程序恢复")
    if manifest.sha256 != _seal(manifest):
        raise BackupDamaged(f"{NAME} 与写入时不同，这份备份不可用")
    for path in manifest.files:
        if path != str(PurePosixPath(path)) or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise BackupDamaged(f"{NAME} 里的路径 {path} 不在备份之内")
    return manifest


def sync_folder(folder: Path) -> None:
    """Names that were given in the folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_unfinished(folder: Path) -> NoReturn:
    if (folder / UNFINISHED_NAME).exists():
        raise BackupUnfinished(f"{folder} 里的备份没有做完（没有 {NAME}），不能用")
    raise BackupUnfinished(f"{folder} 里没有备份（没有 {NAME}）")


def _seal(manifest: Manifest) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(manifest, sha256=""))).hexdigest()


def _formatted(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
