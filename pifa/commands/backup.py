"""``pifa backup``: everything that cannot be made again, out of a site that goes on serving."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pifa.backups.check import BackupExamined, check_backup
from pifa.backups.manifest import BackupDamaged, Manifest
from pifa.backups.take import take_backup
from pifa.commands.console import HomeOption, JsonOption, err, out, print_json, progress
from pifa.wiring import Installation, installation


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="放备份的新文件夹（默认 数据目录/backups/时间）", show_default=False)
    ] = None,
    home: HomeOption = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="做完随即恢复到一旁核对")] = True,
    as_json: JsonOption = False,
) -> None:
    """The site serves and writes meanwhile. Whoever has the backup can act as the site: it is readable by you alone."""
    site = installation(home)
    target = target or site.home.backups / f"{datetime.fromtimestamp(site.clock.now(), UTC):%Y%m%d-%H%M%S}"
    manifest = make_backup(site, target, check=check)
    if as_json:
        print_json(described(target, manifest))
        return
    say_manifest(manifest)
    for what, because in manifest.left_out.items():
        out.print(f"  不在备份里：{escape(what)}（{because}）", soft_wrap=True)
    where = escape(str(target))
    out.print(
        f"[green]✓[/] 备份在 {where}，已恢复到一旁核对" if check else f"[green]✓[/] 备份在 {where}", soft_wrap=True
    )


def make_backup(site: Installation, target: Path, *, check: bool) -> Manifest:
    """Taken and, unless told otherwise, tried; raises ``BackupDamaged`` with the first fault."""
    with progress("备份", None) as advance:
        manifest = take_backup(site, target, told=advance)
    if check:
        refuse_faults(examined(target))
    return manifest


def examined(source: Path) -> BackupExamined:
    """With a word to whoever waits."""
    with err.status("核对：恢复到一旁"):
        return check_backup(source)


def refuse_faults(found: BackupExamined) -> None:
    """The first fault, and how many there are."""
    if found.faults:
        first, *others = found.faults
        raise BackupDamaged(f"备份不可用：{first}；另有 {len(others)} 处" if others else f"备份不可用：{first}")


def say_manifest(manifest: Manifest) -> None:
    """What it holds, in two lines."""
    content = manifest.content
    out.print(
        f"{manifest.created}，Pifa {manifest.pifa}，{escape(manifest.database)}，结构 {manifest.revision}",
        soft_wrap=True,
    )
    secret = "、".join(path for path, file in manifest.files.items() if file.secret and path.count("/") == 1)
    out.print(
        f"{len(content.tables)} 张表 {content.rows:,} 行，"
        f"{len(manifest.files):,} 个文件 {manifest.bytes / 2**20:,.1f} MB" + (f"；含密钥 {secret}" if secret else ""),
        soft_wrap=True,
    )


def described(folder: Path, manifest: Manifest) -> dict[str, object]:
    """The manifest without its digests."""
    return {
        "path": str(folder),
        "created": manifest.created,
        "pifa": manifest.pifa,
        "database": manifest.database,
        "revision": manifest.revision,
        "tables": {name: table.rows for name, table in manifest.tables.items()},
        "files": len(manifest.files),
        "bytes": manifest.bytes,
        "secret": [path for path, file in manifest.files.items() if file.secret],
        "left_out": manifest.left_out,
    }
