"""``pifa evaluate``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from kernel.errors import Invalid
from pifa.commands.console import HomeOption, JsonOption, out, print_json, progress, say
from pifa.evaluation.compare import Comparison, compare, run_all
from pifa.evaluation.figures import METRICS, Figure
from pifa.evaluation.files import read_judgments
from pifa.evaluation.systems import SYSTEMS, systems
from pifa.speech import labelled, tell
from pifa.wiring import installation

LABELS = {"MRR@10": "MRR@10", "nDCG@10": "nDCG@10", "recall@100": "召回@100", "zero_result_rate": "无结果率"}


class SystemUnknown(Invalid):
    """``--legs`` names something that is not compared."""

    code = "system_unknown"


def evaluate(
    queries: Annotated[Path, typer.Option("--queries", help="查询：qid<TAB>text")],
    qrels: Annotated[Path, typer.Option("--qrels", help="评判：qid<TAB>0<TAB>offer_id<TAB>grade")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    legs: Annotated[str, typer.Option("--legs", help="要比较的，逗号分隔")] = ",".join(SYSTEMS),
    relevant_from: Annotated[int, typer.Option(min=1, help="MRR 和召回从哪一级起算相关")] = 1,
) -> None:
    """Each leg alone, the whole search, and chance, on judged queries, with 95 % bootstrap intervals over queries."""
    wanted = _systems(legs)
    judgments = read_judgments(queries, qrels)
    site = installation(home)
    compared = systems(site.search_parts(site.store.reader()), judgments, wanted=wanted)
    if "vector" in wanted and "vector" not in compared:
        say("[yellow]没有向量（或索引由另一编码器写入）：语义这条腿不参加比较[/]")
    if judgments.unjudged or judgments.unknown:
        say(f"略过：没有评判的查询 {judgments.unjudged} 个，查询文件里没有的评判编号 {judgments.unknown} 个")
    with progress("评测", len(judgments.queries) * len(compared)) as advance:
        runs = run_all(compared, judgments.queries, progress=advance)
    result = compare(runs, judgments.qrels, list(judgments.queries), relevant_from=relevant_from)
    if as_json:
        print_json({name: {m: asdict(f) for m, f in of.items()} for name, of in result.figures.items()})
    else:
        show(result)


def show(result: Comparison) -> None:
    """The table, and how far the blend is ahead."""
    table = Table("", *(tell(LABELS[metric]) for metric in METRICS), title=f"{result.queries} 个查询，95% 区间")
    for name, figures in result.figures.items():
        table.add_row(name, *(interval(figures[metric]) for metric in METRICS))
    out.print(table)
    for metric, figure in result.ahead.items():
        ahead = f"blend − {result.best[metric]} = {interval(figure, signed=True)}"
        out.print(escape(labelled(LABELS[metric], ahead)))


def interval(figure: Figure, *, signed: bool = False) -> str:
    """``0.712 [0.690, 0.735]``."""
    form = "+.3f" if signed else ".3f"
    return f"{figure.value:{form}} [{figure.low:{form}}, {figure.high:{form}}]"


def _systems(legs: str) -> tuple[str, ...]:
    wanted = tuple(name.strip() for name in legs.split(",") if name.strip())
    for name in wanted:
        if name not in SYSTEMS:
            raise SystemUnknown(f"没有“{name[:30]}”，可选：{'、'.join(SYSTEMS)}", parameter="legs")
    if not wanted:
        raise SystemUnknown(f"--legs 为空，可选：{'、'.join(SYSTEMS)}", parameter="legs")
    return wanted
