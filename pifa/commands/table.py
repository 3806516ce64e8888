"""Which commands there are. A command's module is imported when it is run, so that ``pifa --help`` is quick."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from pifa.speech import tell_help, told_command

Command = TyperCommand | TyperGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the help, and where the command is: a function, or a ``Typer`` of further commands."""

    help: str
    module: str
    attribute: str


COMMANDS: dict[str, Entry] = {
    "demo": Entry(help="一步到位：示例目录、索引、网站。", module="demo", attribute="demo"),
    "demo-data": Entry(help="生成示例供应商和货品，写入目录。", module="demo_data", attribute="demo_data"),
    "import": Entry(
        help="导入 JSON Lines、CSV 或 Parquet 文件，导入后即可搜索。", module="import_", attribute="import_file"
    ),
    "prepare": Entry(
        help="预制索引：分区切词、编码，供 rebuild 使用；可用 Ray 分到多核、多机。",
        module="prepare",
        attribute="prepare",
    ),
    "rebuild": Entry(help="从目录重建索引；旧索引服务到新索引就绪。", module="rebuild", attribute="rebuild"),
    "serve": Entry(help="启动网站和 API。", module="serve", attribute="serve"),
    "follow": Entry(
        help="索引跟随进程：把目录的变更写入索引（serve 会自动启动）。", module="follow", attribute="follow"
    ),
    "tidy": Entry(help="移走并删除没有人再用到的图片和扫描件（跟随进程每天自动做）。", module="tidy", attribute="tidy"),
    "sweep": Entry(help="处理到期的订单、退款和款项（跟随进程会自动做）。", module="sweep", attribute="sweep"),
    "ledger": Entry(help="账本：核对、锚定、与支付机构对账。", module="ledger", attribute="app"),
    "search": Entry(help="在命令行搜索。", module="search", attribute="search"),
    "analyze": Entry(help="显示一段文字如何被理解，每一步。", module="analyze", attribute="analyze"),
    "evaluate": Entry(help="用评判集衡量相关性：每条腿、融合与随机。", module="evaluate", attribute="evaluate"),
    "bench": Entry(help="在本机测量搜索速度。", module="bench", attribute="bench"),
    "doctor": Entry(help="检查安装与数据，给出修复命令。", module="doctor", attribute="doctor"),
    "backup": Entry(
        help="在线备份：记录库、图片、账本锚与密钥；做完即恢复到一旁核对。", module="backup", attribute="backup"
    ),
    "restore": Entry(help="恢复备份，或用 --check 只核对。", module="restore", attribute="restore"),
    "upgrade": Entry(help="升级记录库与索引，先做备份；--plan 只说要做什么。", module="upgrade", attribute="upgrade"),
    "config": Entry(help="全部设置的值与来源；config explain 说明一项。", module="config", attribute="app"),
    "snapshot": Entry(help="Elasticsearch 上索引的快照：新建、列出、恢复、删除。", module="snapshot", attribute="app"),
    "admin": Entry(help="市场工作人员：一次性链接、供应商归属、邮件。", module="admin", attribute="app"),
    "encoder": Entry(help="向量编码器：查看、获取、训练。", module="encoder", attribute="app"),
}


class LazyCommands(TyperGroup):
    """Lists from the table; imports the one command that is run."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        told_command(self)

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperCommand | None:  # type: ignore[override]
        """What the help shows of a command; None for a name that is none."""
        entry = COMMANDS.get(cmd_name)
        return TyperCommand(cmd_name, help=tell_help(entry.help)) if entry else None

    def resolve_command(  # type: ignore[override]
        self, ctx: typer.Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """The command itself, imported."""
        name, stub, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else cast(Command, stub), rest


def load(name: str) -> Command:
    """Import a command."""
    entry = COMMANDS[name]
    target = getattr(import_module(f"pifa.commands.{entry.module}"), entry.attribute)
    if isinstance(target, typer.Typer):
        return told_command(cast(Command, get_command(target)))
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
    alone.command(name, help=entry.help)(target)
    return told_command(cast(Command, get_command(alone)))
