"""The command line: ``pifa``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kernel.errors import Invalid, PifaError
from pifa import __version__
from pifa.commands.console import fail
from pifa.commands.table import LazyCommands

app = typer.Typer(
    name="pifa",
    cls=LazyCommands,
    help="Pifa 批发：批发市场的搜索、推荐与目录服务。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


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
        reason = error.strerror or error
        where = Path(error.filename).name if isinstance(error.filename, str) else ""
        fail(f"系统错误：{reason}（{where}）" if where else f"系统错误：{reason}", code=1)
