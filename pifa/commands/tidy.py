"""``pifa tidy``: pictures and scans that nothing names any more; the follower does it once a day."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from pifa.chores import tidy as tidy_once
from pifa.commands.console import HomeOption, JsonOption, out, print_json, say
from pifa.wiring import installation

STORES = {"pictures": "图片", "documents": "扫描件"}


def tidy(
    home: HomeOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出会移走和删除的，不动任何文件")] = False,
    as_json: JsonOption = False,
) -> None:
    """May run beside a site that serves."""
    site = installation(home)
    with site.record() as record:
        done = tidy_once(record, dry_run=dry_run)
    if as_json:
        print_json({name: dataclasses.asdict(tidied) for name, tidied in done.items()})
        return
    if not site.settings.unused_files_days:
        say("PIFA_UNUSED_FILES_DAYS 为 0：从不删除")
        return
    for name, tidied in done.items():
        will = "将" if dry_run else ""
        say(
            f"{STORES[name]}：看过 {tidied.looked_at}，{will}移到一边 {tidied.set_aside}，"
            f"{will}移回 {tidied.put_back}，{will}删除 {tidied.removed}（{tidied.removed_bytes} 字节）"
        )
        if dry_run:
            for path in tidied.names:
                out.print(f"  {path}", markup=False, soft_wrap=True)
