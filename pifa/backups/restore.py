"""Put a backup back: all of it, into a home that is empty, or that somebody said may go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catalog_service.upkeep import HEAD, RecordUpkeep, ready_copy
from kernel.errors import Conflict, Invalid
from pifa.backups import manifest as manifests
from pifa.backups.files import copy_file
from pifa.backups.manifest import BackupDamaged, Manifest
from pifa.backups.parts import KEPT, RECORD_NAME
from pifa.backups.take import HOME_FOLDER
from pifa.home import Home
from pifa.wiring import Installation

STAGE_NAME = "restore.partial"


class HomeTaken(Conflict):
    """The home holds something already."""

    code = "home_taken"


class HomeInUse(Conflict):
    """A process has the record open."""

    code = "home_in_use"


class BackupOfNewerSchema(Invalid):
    """The record in it has tables that this program does not know."""

    code = "backup_of_newer_schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """``upgraded_from``: the older revision that the backup had, else None. ``set_aside``: where the former files
    went."""

    manifest: Manifest
    database: str
    upgraded_from: str | None
    set_aside: Path | None


def restore_backup(
    site: Installation, source: Path, *, replace: bool = False, told: Callable[[int], None] = lambda _: None
) -> Restored:
    """Restore into the site's home and database, whichever database the backup was taken of.

    Everything is copied and compared aside first, then a server takes the rows, all or none; until then nothing of the
    home is touched. Refused: what is no whole
    backup, one of a newer schema, a home or database that holds something (unless ``replace``: files are set aside,
    the tables of a server are dropped in the transaction that fills them again), a record that a process has open.
    """
    manifest = manifests.read(source)
    if manifest.revision > HEAD:
        raise BackupOfNewerSchema(
            f"备份的记录库结构是 {manifest.revision}（Pifa {manifest.pifa} 所写），本程序只到 {HEAD}：请先升级程序"
        )
    home = site.home
    with site.upkeep() as upkeep:
        _refuse_taken(home, upkeep, replace=replace)
        stage = home.directory / STAGE_NAME
        shutil.rmtree(stage, ignore_errors=True)
        try:
            _stage(source, stage, manifest)
            if upkeep.file is not None:
                _refuse(ready_copy(stage / RECORD_NAME, manifest.content))
            else:
                upkeep.load(stage / RECORD_NAME, manifest.content, replace=replace, told=told)
            home.restore_unfinished.touch()
            aside = _set_aside(home, upkeep, at=site.clock.now()) if replace else None
            _place(home, stage, upkeep)
            upkeep.migrate()
            home.restore_unfinished.unlink()
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        return Restored(
            manifest=manifest,
            database=upkeep.database,
            upgraded_from=manifest.revision if manifest.revision != HEAD else None,
            set_aside=aside,
        )


def _refuse_taken(home: Home, upkeep: RecordUpkeep, *, replace: bool) -> None:
    taken = [path.name for path in _own(home, upkeep)]
    if upkeep.file is None and upkeep.revision() is not None:
        taken.append(upkeep.database)
    if taken and not replace:
        raise HomeTaken(f"{home.directory} 里已有 {'、'.join(taken)}；确要替换请加 --replace", parameter="home")
    if upkeep.in_use():
        raise HomeInUse("有进程正打开着记录库，请先停下 pifa serve、pifa follow 等进程")


def _own(home: Home, upkeep: RecordUpkeep) -> Iterator[Path]:
    """What of the home belongs to its record: what a backup holds, and what is made of it."""
    record = (
        [] if upkeep.file is None else [upkeep.file.with_name(upkeep.file.name + end) for end in ("", "-wal", "-shm")]
    )
    kept = [home.directory / part.name for part in KEPT]
    made = [home.directory / name for name in ("index", "vectors", "prepared")]
    yield from (path for path in (*record, *kept, *made) if path.exists())


def _stage(source: Path, stage: Path, manifest: Manifest) -> None:
    """Copies of everything on the home's own disk, each compared as it is copied."""
    stage.mkdir(mode=0o700)
    for path, told in manifest.files.items():
        try:
            found = copy_file(source / path, stage / path, secret=told.secret)
        except FileNotFoundError:
            raise BackupDamaged(f"备份里的文件 {path} 不在了") from None
        if found != told:
            raise BackupDamaged(f"备份里的文件 {path} 与备份时不同")


def _refuse(faults: tuple[str, ...]) -> None:
    for fault in faults:
        raise BackupDamaged(f"备份里的记录库与备份时不同：{fault}")


def _set_aside(home: Home, upkeep: RecordUpkeep, *, at: int) -> Path | None:
    """The former files, whole, for whoever finds that they were the better ones."""
    found = list(_own(home, upkeep))
    if not found:
        return None
    aside = home.directory / f"replaced-{datetime.fromtimestamp(at, UTC):%Y%m%d-%H%M%S}"
    for path in found:
        inside = path.relative_to(home.directory) if path.is_relative_to(home.directory) else Path(path.name)
        (aside / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, aside / inside)
    return aside


def _place(home: Home, stage: Path, upkeep: RecordUpkeep) -> None:
    """By renaming, the record last."""
    for part in KEPT:
        staged = stage / HOME_FOLDER / part.name
        if staged.exists():
            (home.directory / part.name).parent.mkdir(parents=True, exist_ok=True)
            os.rename(staged, home.directory / part.name)
    if upkeep.file is not None:
        upkeep.file.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(stage / RECORD_NAME, upkeep.file)
    manifests.sync_folder(home.directory)
