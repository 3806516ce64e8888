"""``pifa restore``: a backup put back, or only tried."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pifa.backups.restore import restore_backup
from pifa.commands.backup import described, examined, say_manifest
from pifa.commands.console import HomeOption, JsonOption, out, print_json, progress
from pifa.wiring import installation


def restore(
    source: Annotated[Path, typer.Argument(help="备份所在的文件夹", show_default=False)],
    home: HomeOption = None,
    check: Annotated[bool, typer.Option("--check", help="只恢复到一旁核对，什么都不改")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="数据目录里已有的移到 replaced-时间，服务器上的表删去重填")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Into an empty home, over whichever database the settings name. Exit code 1 when a check finds anything."""
    if check:
        _check(source, as_json=as_json)
        return
    site = installation(home, restoring=True)
    with progress("恢复", None) as advance:
        restored = restore_backup(site, source, replace=replace, told=advance)
    if as_json:
        print_json(
            {
                **described(source, restored.manifest),
                "restored_to": restored.database,
                "upgraded_from": restored.upgraded_from,
                "set_aside": str(restored.set_aside) if restored.set_aside else None,
            }
        )
        return
    say_manifest(restored.manifest)
    if restored.upgraded_from:
        out.print(f"备份的记录库结构较旧（{restored.upgraded_from}），已升级")
    if restored.set_aside:
        out.print(f"原来的文件在 {escape(str(restored.set_aside))}，确认无误后可删", soft_wrap=True)
    out.print(f"[green]✓[/] 已恢复到 {escape(restored.database)}", soft_wrap=True)
    out.print("索引不在备份里：pifa rebuild（内嵌引擎在 pifa serve 时会自动建立）")


def _check(source: Path, *, as_json: bool) -> None:
    found = examined(source)
    if as_json:
        told = {"rows": found.record.rows, "ledger_entries": found.record.ledger_entries, "faults": found.faults}
        print_json({**described(source, found.manifest), **told})
    else:
        say_manifest(found.manifest)
        for fault in found.faults:
            out.print(f"[red]✗[/] {escape(fault)}", soft_wrap=True)
        if not found.faults:
            entries = found.record.ledger_entries
            out.print(f"[green]✓[/] 可以恢复：文件与各表逐一相同，引用完整，账本 {entries:,} 笔分录核对无误")
    if found.faults:
        raise typer.Exit(1)
