"""``pifa import``."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from catalog_service.service import Record
from catalog_service.use_cases.offers.import_offers import ImportReport
from kernel.errors import Invalid
from pifa.commands.console import HomeOption, JsonOption, err, moved_to, out, print_json, progress, say
from pifa.commands.follow import make_follower
from pifa.commands.rebuild import build_index, build_vectors
from pifa.wiring import Installation, installation
from search_engine.port import WriterBusy

FOLLOWER_LOOK_SECONDS = 0.2
STUCK_SECONDS = 60.0  # a writer that moves nothing for a minute is building a graph, or is stuck: a person should look
PROGRESS_STEPS = 1000  # the bar moves in thousandths of the file


class MappingInvalid(Invalid):
    """``--map`` is not written as our_field=their_column."""

    code = "mapping_invalid"


def import_file(
    file: Annotated[Path, typer.Argument(help="JSON Lines、CSV 或 Parquet（可 .gz）", exists=True, dir_okay=False)],
    home: HomeOption = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", "-m", help="列对应：字段=文件中的列名，如 -m title=商品标题")
    ] = None,
    vectors: Annotated[bool, typer.Option("--vectors/--no-vectors", help="文字可搜索后随即计算向量")] = True,
    as_json: JsonOption = False,
) -> None:
    """Good rows land, bad rows are reported by line and written to a rejects file; what landed is searchable."""
    site = installation(home)
    with site.record() as record:
        report = run_import(record, file, mapping or [])
        make_searchable(site, record)
    if vectors:
        encode_here(site)
    if as_json:
        print_json(report)
    else:
        show(report)
    if report.progress.rejected and not landed(report):
        raise typer.Exit(1)


def landed(report: ImportReport) -> int:
    """Rows that are in the record now."""
    return report.progress.created + report.progress.revised + report.progress.unchanged


def run_import(record: Record, file: Path, mapping: list[str]) -> ImportReport:
    """Import with a progress bar over the file."""
    columns = dict(_pair(entry) for entry in mapping)
    with progress(f"导入 {file.name}", total=PROGRESS_STEPS) as advance:
        move = moved_to(advance)
        return record.import_file(
            file, mapping=columns, progress=lambda state: move(int(state.fraction * PROGRESS_STEPS))
        )


def _pair(entry: str) -> tuple[str, str]:
    field, equals, column = entry.partition("=")
    if not (field and equals and column):
        raise MappingInvalid(f"列对应应写作 字段=列名，不是“{entry}”", parameter="map")
    return field, column


def make_searchable(site: Installation, record: Record) -> None:
    """Index what the record holds now: by the running follower where there is one, else here."""
    if not site.store.exists():
        build_index(site, record)
        return
    latest = record.changes.latest()
    reader = site.store.reader()
    with progress("索引", None) as advance:
        moved, seen = time.monotonic(), reader.status().feed_cursor
        while time.monotonic() - moved < STUCK_SECONDS:
            if _index_here(site, record, advance):
                return
            reader.refresh()
            cursor = reader.status().feed_cursor
            if cursor >= latest:
                return
            if cursor > seen:
                advance(cursor - seen)
                moved, seen = time.monotonic(), cursor
            time.sleep(FOLLOWER_LOOK_SECONDS)
    say("[yellow]另一个进程占着索引却没有前进；它放开后导入的货品才可搜索（pifa doctor 可查看）[/]")


def _index_here(site: Installation, record: Record, advance: Callable[[int], None]) -> bool:
    """Catch up with the feed in this process; False when another one has the writer."""
    try:
        with site.store.writer() as writer:
            follower = make_follower(site, record, writer)
            follower.on_progress = lambda _, count: advance(count)
            follower.catch_up()
    except WriterBusy:
        return False
    return True


def encode_here(site: Installation) -> None:
    """Vectors of what has none yet, unless a running follower makes them."""
    try:
        build_vectors(site)
    except WriterBusy:
        say("向量由索引跟随进程在后台补齐")


def show(report: ImportReport) -> None:
    """What became of the rows."""
    done = report.progress
    if done.resumed_rows:
        out.print(f"接着上次继续：前 {done.resumed_rows:,} 行已处理")
    table = Table("新增", "修改", "未变", "拒绝")
    table.add_row(*(f"{n:,}" for n in (done.created, done.revised, done.unchanged, done.rejected)))
    out.print(table)
    for sample in report.samples:
        err.print(f"第 {sample.line} 行：{sample.reason}")
    if report.rejects_path:
        err.print(f"被拒绝的行在 {report.rejects_path}")
    if report.ignored_columns:
        err.print(f"没有用到的列：{'、'.join(report.ignored_columns)}（可用 --map 字段=列名 指定）")
