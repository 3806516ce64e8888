"""Take a backup: the record of one moment and what stands beside it, while the site serves and writes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kernel.errors import Invalid
from pifa import __version__
from pifa.backups import manifest as manifests
from pifa.backups.files import copy_database, copy_file, copy_folder, copy_lines, digest_of, make_folder
from pifa.backups.manifest import FORMAT, FileContent, Manifest
from pifa.backups.parts import KEPT, LEFT_OUT, RECORD_NAME, Part
from pifa.home import Home
from pifa.wiring import Installation

HOME_FOLDER = "home"


class TargetTaken(Invalid):
    """Something is there already; a backup never writes over anything."""

    code = "target_taken"


class BackupNote(msgspec.Struct, frozen=True):
    """What a home remembers of its last backup."""

    at: int
    path: str
    revision: str


def take_backup(site: Installation, target: Path, *, told: Callable[[int], None] = lambda _: None) -> Manifest:
    """A whole backup in the new folder ``target``, readable by its owner alone; ``told`` hears rows as they are read.

    In this order: what the record must know already (the ledger's anchors), the record, what it may refer to. A kill
    leaves a folder without a manifest, which is refused as unfinished.
    """
    _make(target)
    try:
        manifest = _taken(site, target, told)
    except BaseException:  # what failed leaves nothing behind; only a kill does
        shutil.rmtree(target, ignore_errors=True)
        raise
    _note(site.home, target, manifest)
    return manifest


def _taken(site: Installation, target: Path, told: Callable[[int], None]) -> Manifest:
    now = site.clock.now()
    created = datetime.fromtimestamp(now, UTC).isoformat()
    manifests.begin(target, version=__version__, created=created)
    files = dict(_copied(site.home, target, "before"))
    with site.upkeep() as upkeep:
        content = upkeep.copy_to(_private(target / RECORD_NAME), told=told)
        files[RECORD_NAME] = digest_of(target / RECORD_NAME)
        database, kind = upkeep.database, upkeep.dialect
    files.update(_copied(site.home, target, "after"))
    manifest = Manifest(
        format=FORMAT, pifa=__version__, created_at=now, created=created, database=database, database_kind=kind,
        revision=content.revision, tables=manifests.table_entries(content), counters=dict(content.counters),
        files=files, left_out=_left_out(site),
    )  # fmt: skip
    manifests.write(target, manifest)
    return manifests.read(target)


def last_backup(home: Home) -> BackupNote | None:
    """The last one that was made of this home and is still where it was put."""
    try:
        note = msgspec.json.decode(home.backup_note.read_bytes(), type=BackupNote)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
    return note if (Path(note.path) / manifests.NAME).exists() else None


def _make(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetTaken(f"{target} 已有内容，请换一个新的文件夹", parameter="target")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)


def _private(path: Path) -> Path:
    """An empty file that its owner alone may read, for others to write into."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def _copied(home: Home, target: Path, when: str) -> Iterator[tuple[str, FileContent]]:
    for part in KEPT:
        source = home.directory / part.name
        if part.when == when and source.exists():
            for path, content in _copy(part, source, target / HOME_FOLDER / part.name):
                yield f"{HOME_FOLDER}/{part.name}{path}", content


def _copy(part: Part, source: Path, target: Path) -> Iterator[tuple[str, FileContent]]:
    """Paths below the part, "" for the part itself."""
    make_folder(target.parent)
    if part.kind == "folder":
        yield from ((f"/{path}", content) for path, content in copy_folder(source, target, secret=part.secret))
    elif part.kind == "database":
        yield "", copy_database(source, target)
    elif part.kind == "lines":
        yield "", copy_lines(source, target)
    else:
        yield "", copy_file(source, target, secret=part.secret)


def _left_out(site: Installation) -> dict[str, str]:
    """What of this home is not in the backup, and what lies elsewhere."""
    here = {name: because for name, because in LEFT_OUT.items() if (site.home.directory / name).exists()}
    for name in ("pictures", "documents"):
        if getattr(site.settings, f"{name}_url", ""):
            here[name] = f"在 PIFA_{name.upper()}_URL 所指的存储里，由它自己备份"
    return {**here, "environment": "环境变量里的设置与密码不在备份里"}


def _note(home: Home, target: Path, manifest: Manifest) -> None:
    note = BackupNote(at=manifest.created_at, path=str(target.resolve()), revision=manifest.revision)
    draft = home.backup_note.with_suffix(".partial")
    draft.write_bytes(msgspec.json.encode(note))
    os.replace(draft, home.backup_note)
