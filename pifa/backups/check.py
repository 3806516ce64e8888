"""Examine a backup by what it is for: restored aside into a temporary place, and held against what it should be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog_service.adapters.anchors import FILE_NAME as ANCHORS_NAME
from catalog_service.upkeep import CopyExamined, examine_copy
from pifa.backups import manifest as manifests
from pifa.backups.files import digest_of
from pifa.backups.manifest import Manifest
from pifa.backups.parts import RECORD_NAME
from pifa.backups.take import HOME_FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupExamined:
    """``faults``: empty when it can be restored; the first one names the first difference."""

    manifest: Manifest
    record: CopyExamined
    faults: tuple[str, ...]


def check_backup(source: Path) -> BackupExamined:
    """Every file by its digest; the record restored into a temporary folder, table by table, its references, its ledger
    against the anchors, and its upgrade to this program. Raises what a manifest is refused with."""
    manifest = manifests.read(source)
    faults = list(_file_faults(source, manifest))
    with tempfile.TemporaryDirectory(prefix="pifa-check-") as folder:
        record = _examine(source, manifest, Path(folder))
    return BackupExamined(manifest=manifest, record=record, faults=(*faults, *record.faults))


def _file_faults(source: Path, manifest: Manifest) -> Iterator[str]:
    for path, told in manifest.files.items():
        try:
            found = digest_of(source / path, secret=told.secret)
        except FileNotFoundError:
            yield f"文件 {path} 不在了"
            continue
        if found != told:
            yield f"文件 {path} 与备份时不同（{found.bytes:,} 字节，应为 {told.bytes:,}）"


def _examine(source: Path, manifest: Manifest, folder: Path) -> CopyExamined:
    """The backup itself is never opened: an upgrade would change it, and it may lie where nothing can be written."""
    try:
        aside = Path(shutil.copyfile(source / RECORD_NAME, folder / RECORD_NAME))
    except FileNotFoundError:  # named among the files already
        return CopyExamined(rows=0, ledger_entries=0, upgraded=False, faults=())
    home = source / HOME_FOLDER
    if (home / ANCHORS_NAME).exists():
        shutil.copyfile(home / ANCHORS_NAME, folder / ANCHORS_NAME)
    return examine_copy(aside, manifest.content, anchors=folder / ANCHORS_NAME, secret=_secret(home / "secret.key"))


def _secret(path: Path) -> str:
    """What cannot be read checks no anchor: each is then a fault."""
    return path.read_text("ascii", errors="replace") if path.exists() else ""
