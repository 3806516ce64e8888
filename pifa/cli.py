"""The command line: ``pifa``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kernel.errors import Invalid, PifaError
from pifa import __version__
from pifa.commands import analyze, bench, demo, demo_data, doctor, encoder, evaluate, follow, rebuild, search, serve
from pifa.commands import import_ as import_command
from pifa.commands.console import fail

app = typer.Typer(
    name="pifa",
    help="Pifa 批发：批发市场的搜索、推荐与目录服务。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command("demo", help="一步到位：示例目录、索引、网站。")(demo.demo)
app.command("demo-data", help="生成示例供应商和货品，写入目录。")(demo_data.demo_data)
app.command("import", help="导入 JSON Lines、CSV 或 Parquet 文件，导入后即可搜索。")(import_command.import_file)
app.command("rebuild", help="从目录重建索引；旧索引服务到新索引就绪。")(rebuild.rebuild)
app.command("serve", help="启动网站和 API。")(serve.serve)
app.command("follow", help="索引跟随进程：把目录的变更写入索引（serve 会自动启动）。")(follow.follow)
app.command("search", help="在命令行搜索。")(search.search)
app.command("analyze", help="显示一段文字如何被理解，每一步。")(analyze.analyze)
app.command("evaluate", help="用评判集衡量相关性：每条腿、融合与随机。")(evaluate.evaluate)

app.command("bench", help="在本机测量搜索速度。")(bench.bench)
app.command("doctor", help="检查安装与数据，给出修复命令。")(doctor.doctor)
app.add_typer(encoder.app, name="encoder", help="向量编码器：查看、获取、训练。")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pifa {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本")] = False,
) -> None:
    """Options of every command."""


def main() -> None:
    """Run the command line: exit code 0 done, 1 could not, 2 wrong usage, 130 interrupted."""
    try:
        app()
    except Invalid as error:
        fail(error.message, code=2)
    except PifaError as error:
        fail(error.message, code=1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        where = f"（{Path(error.filename).name}）" if isinstance(error.filename, str) else ""
        fail(f"系统错误：{error.strerror or error}{where}", code=1)
