"""``pifa snapshot``: the index as it is now, kept in a repository of the cluster, and brought back beside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from indexer.replay import replay
from pifa.commands.console import HomeOption, JsonOption, err, out, print_json, say
from pifa.commands.rebuild import build_vectors
from pifa.handover import writer_handed_over
from pifa.speech import tell
from pifa.wiring import installation

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich")
NameArgument = Annotated[str, typer.Argument(help="快照名", show_default=False)]


@app.command("create", help="把现在的索引存为快照；期间照常搜索，发布最多等片刻。")
def create(
    name: Annotated[str | None, typer.Argument(help="快照名（默认 前缀-时间）", show_default=False)] = None,
    home: HomeOption = None,
) -> None:
    """Without a name it is called by the prefix and the time."""
    site = installation(home)
    snapshots = site.snapshots()
    name = name or f"{site.settings.elastic_prefix}-{datetime.fromtimestamp(site.clock.now(), UTC):%Y%m%d-%H%M%S}"
    with _working(f"快照 {name}"):
        with writer_handed_over(site.home, site.store):
            snapshots.begin(name)
        held = snapshots.wait(name).held
    say(f"快照 {name} 已完成：{held.documents:,} 条，变更序号 {held.feed_cursor:,}")
    if held.vector_space is not None and held.vector_kind == "beside":
        say("向量在集群旁的文件里，不在快照里：恢复时会重新计算")


@app.command("list", help="列出仓库里由 pifa 做的快照。")
def show(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Oldest first."""
    found = installation(home).snapshots().all()
    if as_json:
        print_json(found)
        return
    table = Table("快照", "状态", "时间（UTC）", "索引", "货品", "变更序号", "向量")
    for each in found:
        held = each.held
        vectors = held.vector_kind if held.vector_space else tell("无")
        table.add_row(
            each.name, each.state, each.started, held.index, f"{held.documents:,}", f"{held.feed_cursor:,}", vectors
        )
    out.print(table)


@app.command("restore", help="把快照恢复为新索引，补上之后的变更，再切换；旧索引服务到切换。")
def restore(
    name: NameArgument,
    home: HomeOption = None,
    vectors: Annotated[bool, typer.Option("--vectors/--no-vectors", help="恢复后随即计算缺少的向量")] = True,
) -> None:
    """What was published or withdrawn since is replayed before anyone sees the restored index."""
    site = installation(home)
    snapshots = site.snapshots()
    with site.record() as record, writer_handed_over(site.home, site.store):
        with _working(f"恢复 {name}"), snapshots.restored(name, vector_space=site.vector_space) as writer:
            replayed = replay(writer, feed=record.changes, applier=site.applier(record))
        say(f"已恢复快照 {name}：{writer.documents:,} 条，补上之后的 {replayed:,} 个变更")
        if vectors:
            build_vectors(site)


@app.command("delete", help="删除一个快照。")
def delete(name: NameArgument, home: HomeOption = None) -> None:
    """Other snapshots keep what they share with it."""
    installation(home).snapshots().delete(name)
    say(f"已删除快照 {name}")


@contextmanager
def _working(what: str) -> Iterator[None]:
    with err.status(what):
        yield
