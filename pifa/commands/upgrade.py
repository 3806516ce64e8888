"""``pifa upgrade``: the record and the index brought to this program, with a backup first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pifa.backups.restore import HomeInUse
from pifa.commands.backup import make_backup
from pifa.commands.console import HomeOption, JsonOption, out, print_json, say
from pifa.commands.rebuild import build_index, build_vectors
from pifa.handover import writer_handed_over
from pifa.speech import tell
from pifa.upgrading import UpgradePlan, plan_upgrade
from pifa.wiring import Installation, installation

TO_DO = 3  # exit code of --plan when something is to be done: neither a failure (1) nor wrong usage (2)
FRESH_HOURS = 24  # a day's work is what people are ready to do again


def upgrade(
    home: HomeOption = None,
    plan: Annotated[bool, typer.Option("--plan", help="只说要做什么；有事要做时退出码 3")] = False,
    fresh_hours: Annotated[int, typer.Option("--fresh-hours", min=0, help="多少小时以内的备份算新")] = FRESH_HOURS,
    backup: Annotated[bool, typer.Option("--backup/--no-backup", help="先做备份并核对")] = True,
    target: Annotated[
        Path | None, typer.Option("--to", help="放备份的新文件夹（默认在数据目录的 backups 里）", show_default=False)
    ] = None,
    index: Annotated[bool, typer.Option("--index/--no-index", help="需要时重建索引")] = True,
    as_json: JsonOption = False,
) -> None:
    """Every start of the new program migrates too; this says what, and makes a backup first."""
    site = installation(home)
    planned = plan_upgrade(site, fresh_hours=fresh_hours)
    if plan:
        if as_json:
            print_json(_described(planned))
        else:
            _show(planned, fresh_hours)
        raise typer.Exit(TO_DO if planned.anything else 0)
    if planned.steps:
        _migrate(site, planned, backup=backup, target=target)
    if planned.rebuild and index:
        _rebuild(site)
    if as_json:
        print_json(_described(plan_upgrade(site, fresh_hours=fresh_hours)))
    else:
        out.print("[green]✓[/] 已升级" if planned.anything else "[green]✓[/] 已是最新，无事可做")


def _migrate(site: Installation, planned: UpgradePlan, *, backup: bool, target: Path | None) -> None:
    """The check of the backup upgrades a copy aside: what would fail fails there first."""
    with site.upkeep() as upkeep:
        if upkeep.in_use():
            raise HomeInUse("有进程正打开着记录库，请先停下旧程序的 pifa serve、pifa follow 等进程")
    if backup:
        named = f"before-{planned.head}-{datetime.fromtimestamp(site.clock.now(), UTC):%Y%m%d-%H%M%S}"
        target = target or site.home.backups / named
        make_backup(site, target, check=True)
        say(f"备份在 {escape(str(target))}，已在一旁恢复并升级过")
    with site.upkeep() as upkeep:
        upkeep.migrate()
    say(f"记录库：{planned.standing} → {planned.head}")


def _rebuild(site: Installation) -> None:
    with site.record() as record, writer_handed_over(site.home, site.store):
        build_index(site, record)
        build_vectors(site)


def _show(planned: UpgradePlan, fresh_hours: int) -> None:
    out.print(f"记录库：{escape(planned.database)}", soft_wrap=True)
    if planned.standing is None:
        out.print("  还没有记录，首次启动时建立")
    elif not planned.steps:
        out.print(f"  结构 {planned.standing}，已是最新")
    else:
        out.print(f"  结构 {planned.standing} → {planned.head}，{len(planned.steps)} 步，在一个事务里完成")
    for each in planned.steps:
        way_back = "可退回" if each.step.reversible else "不可退回"
        out.print(f"  {each.step.revision} {escape(each.step.title)}（{way_back}）", soft_wrap=True)
        for effect in each.effects:
            out.print(f"    · {tell(effect)}", soft_wrap=True)
    out.print(f"索引：{'需要重建，' + escape(planned.rebuild) if planned.rebuild else '不必重建'}", soft_wrap=True)
    if planned.backup is None:
        out.print("备份：没有做过，或已不在原处；pifa upgrade 会先做一份")
    else:
        when = datetime.fromtimestamp(planned.backup.at, UTC).isoformat()
        age = f"在 {fresh_hours} 小时以内" if planned.backup_fresh else f"早于 {fresh_hours} 小时"
        out.print(f"备份：最近一次 {when}（{age}），{escape(planned.backup.path)}", soft_wrap=True)


def _described(planned: UpgradePlan) -> dict[str, object]:
    note = planned.backup
    return {
        "database": planned.database,
        "revision": planned.standing,
        "head": planned.head,
        "steps": [
            {
                "revision": each.step.revision,
                "title": each.step.title,
                "reversible": each.step.reversible,
                "effects": list(each.effects),
            }
            for each in planned.steps
        ],
        "rebuild": planned.rebuild,
        "backup": None if note is None else {"at": note.at, "path": note.path, "fresh": planned.backup_fresh},
        "anything": planned.anything,
    }
