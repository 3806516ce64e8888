"""How commands speak: progress and messages on standard error, answers on standard output, people's texts in their
language."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import orjson
import typer
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.status import Status
from rich.table import Table

from pifa.speech import tell


class Speaking(Console):
    """A console that says sentences, heads of tables and what is waited for in the reader's language."""

    def print(self, *objects: Any, **options: Any) -> None:
        """As ``Console.print``. Cells are somebody's own, or were told by who made the table."""
        super().print(*map(_told, objects), **options)

    def status(self, status: RenderableType, **options: Any) -> Status:
        """As ``Console.status``."""
        return super().status(_told(status), **options)


def _told(said: Any) -> Any:
    if isinstance(said, Table):
        said.title = _told(said.title)
        for column in said.columns:
            column.header = _told(column.header)
    return tell(said) if isinstance(said, str) else said


err = Speaking(stderr=True, highlight=False)
out = Speaking(highlight=False)

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="数据目录（默认 PIFA_HOME 或 ./var）", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def fail(message: str, *, code: int) -> NoReturn:
    """One clear line on standard error, then exit."""
    # A server's own words hold brackets, which are no markup.
    err.print(f"[bold red]pifa:[/] {escape(tell(message))}", soft_wrap=True)
    sys.exit(code)


def say(message: str) -> None:
    """A line of what is being done."""
    err.print(message, soft_wrap=True)


def print_json(value: object) -> None:
    """The answer as JSON on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n")


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar; the block calls what it is given with how much more is done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as bar:
        task = bar.add_task(tell(label), total=total)
        yield lambda advance: bar.advance(task, advance)


def moved_to(advance: Callable[[int], None]) -> Callable[[int], None]:
    """A function that moves the bar to how much is done in all, for callers that count so."""
    shown = 0

    def move(done: int) -> None:
        nonlocal shown
        advance(done - shown)
        shown = done

    return move
