"""``pifa doctor``: what is wrong, and the command that mends it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Annotated

import typer

from indexer.drift import find_drift, mend_drift
from kernel.errors import Invalid, PifaError
from pifa.commands.console import HomeOption, JsonOption, out, print_json
from pifa.commands.import_ import make_searchable
from pifa.handover import writer_handed_over
from pifa.home import FREE_BYTES_MIN
from pifa.speech import tell, tell_word
from pifa.wiring import Installation, installation
from search_engine.port import Ailment, EngineAway

MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "error": "[red]✗[/]"}


def doctor(
    home: HomeOption = None,
    mend: Annotated[bool, typer.Option("--mend", help="比对目录与索引，补上差异")] = False,
    as_json: JsonOption = False,
) -> None:
    """Exit code 1 when something is broken; warnings alone leave it 0."""
    site = installation(home)
    findings = list(examine(site))
    if mend and site.store.exists():
        findings.append(_mend(site))
    if as_json:
        print_json([{"level": f.level, "what": f.what, "mend": f.mend} for f in findings])
    else:
        for finding in findings:
            advice = f"  → {tell_word(finding.mend)}" if finding.mend else ""
            out.print(f"{MARKS[finding.level]} {tell(finding.what)}{advice}", soft_wrap=True)
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)


def examine(site: Installation) -> Iterator[Ailment]:
    """Disk, record, index, encoder, dead letters."""
    free = shutil.disk_usage(site.home.directory).free
    roomy = free > 5 * FREE_BYTES_MIN
    yield Ailment(level="ok" if roomy else "warning", what=f"磁盘剩余 {free // 2**20:,} MB")
    counts = None
    try:
        with site.record() as record:
            counts = record.catalog.live_count(), record.changes.latest()
            yield Ailment(level="ok", what=f"记录库：{record.database}")
            yield Ailment(level="ok", what=f"目录：{counts[0]:,} 条在售货品，变更序号 {counts[1]:,}")
    except PifaError as error:
        yield Ailment(level="error", what=f"记录库：{error.message}", mend="检查数据库，或 PIFA_DATABASE_URL")
    yield Ailment(level="ok", what=site.encoder.reason)
    yield from site.store.examine()
    if counts is not None:
        yield from _index(site, *counts)
    letters = site.dead_letters.read()
    if letters:
        last = letters[-1]
        yield Ailment(
            level="warning",
            what=f"{len(letters)} 个变更无法应用，最近：{last['offer_id']}（{last['reason']}）",
            mend="修正货品后重新发布",
        )


def _index(site: Installation, live: int, latest: int) -> Iterator[Ailment]:
    try:
        status = site.store.reader().status()
    except (EngineAway, Invalid):  # the store's own lines say so
        return
    except PifaError as error:
        yield Ailment(level="error", what=f"索引：{error.message}", mend="pifa rebuild")
        return
    behind = latest - status.feed_cursor
    yield Ailment(
        level="ok" if behind == 0 else "warning",
        what=f"索引 {status.generation}：{status.documents:,} 条，落后 {behind:,} 个变更",
        mend="" if behind == 0 else "pifa serve 或 pifa follow（跟随进程会追上）",
    )
    if behind == 0 and status.documents != live:
        yield Ailment(
            level="error", what=f"索引有 {status.documents:,} 条，目录有 {live:,} 条", mend="pifa doctor --mend"
        )
    space, encoder = status.vector_space, site.vector_space
    if encoder is not None and (space is None or space.fingerprint != encoder.fingerprint):
        yield Ailment(level="warning", what="向量由另一编码器写入，语义搜索已关闭", mend="pifa rebuild")
    lost = status.documents - status.vectors - status.vectors_pending
    if space is not None and lost > 0 and (behind == 0 or not status.vectors):
        yield Ailment(
            level="warning",
            what=f"{lost:,} 条的向量丢失（文件不在，或属于另一个索引），语义搜索找不到它们",
            mend="pifa serve 或 pifa follow（重新计算），或把写索引那台机器数据目录里的 vectors 拷来",
        )
    if status.vectors_pending:
        yield Ailment(
            level="warning",
            what=f"{status.vectors_pending:,} 条还没有向量",
            mend="pifa serve 或 pifa follow（后台补齐）",
        )


def _mend(site: Installation) -> Ailment:
    """Compare record and index by version, offer by offer, and mend what differs."""
    with site.record() as record, writer_handed_over(site.home, site.store):
        make_searchable(site, record)
        drift = find_drift(record.catalog, site.store.reader())
        if drift.stale:
            with site.store.writer() as writer:
                mend_drift(drift, writer=writer, catalog=record.catalog, applier=site.applier(record))
    if drift.extra:
        return Ailment(level="error", what=f"索引多出 {drift.extra:,} 条目录里没有的货品", mend="pifa rebuild")
    if drift.stale:
        return Ailment(level="ok", what=f"已修复 {len(drift.stale):,} 条过期或缺失的货品")
    return Ailment(level="ok", what="目录与索引逐条一致")
