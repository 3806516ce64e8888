"""``pifa config``: what every setting is here, and where that came from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from pifa.commands.console import HomeOption, JsonOption, out, print_json
from pifa.configuration import Explained, explain, explain_all
from pifa.settings import Source, read_settings
from pifa.speech import labelled, tell

app = typer.Typer(invoke_without_command=True, add_completion=False, rich_markup_mode="rich")
SOURCES: dict[Source, str] = {"option": "命令行", "environment": "环境变量", "file": "文件", "default": "默认"}


@app.callback(help="全部设置：值、来自哪里；密码不显示。")
def show(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What an option says comes before all else."""
    if context.invoked_subcommand is not None:
        return
    found = explain_all(read_settings(), home=home)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    table = Table("设置", "值", "来自", "说明")
    for each in found:
        table.add_row(each.variable, escape(each.value), _source(each), tell(each.what))
    out.print(table)


@app.command("explain", help="说明一项设置：值、来自哪里、可取的值、默认值与理由。")
def explain_one(
    key: Annotated[str, typer.Argument(help="设置名，如 port 或 PIFA_PORT", show_default=False)],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """An unknown name ends with the nearest ones."""
    found = explain(read_settings(), key, home=home)
    if as_json:
        print_json(asdict(found))
        return
    lines = {
        found.variable: found.what,
        "值": (found.value or "（空）") + (f" {found.unit}" if found.unit and found.value else ""),
        "来自": _source(found) + (f" {found.where}" if found.where else ""),
        "默认": found.default or "（空）",
        "可取": found.allowed,
        "理由": found.because,
    }
    for label, text in lines.items():
        if text:
            out.print(escape(labelled(label, text)), soft_wrap=True)


def _source(found: Explained) -> str:
    """The file's name alone: its folder is what a setting says."""
    return tell(SOURCES[found.source]) + (f" {Path(found.where).name}" if found.source == "file" else "")
