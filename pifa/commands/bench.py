"""``pifa bench``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from pifa.commands.console import HomeOption, JsonOption, out, print_json, progress, say
from pifa.measure import CLASSES, Speed, Timing, draw_requests, speed_of, time_searches, warm_vectors
from pifa.memory import settle
from pifa.speech import tell
from pifa.wiring import installation
from search_api.service import SearchService

LABELS: Mapping[str, str] = {
    "one_word": "单词",
    "long": "长句",
    "model_number": "型号",
    "browse": "类目浏览",
    "filtered": "带筛选",
}


def bench(
    home: HomeOption = None,
    searches: Annotated[int, typer.Option(min=10, max=10_000, help="每类查询的次数")] = 200,
    clients: Annotated[int, typer.Option(min=1, max=64, help="并发的客户数")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="随机种子；同一种子抽同样的查询")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Search speed over this home's own listings, in process: every query is new, only its vector is known."""
    site = installation(home)
    parts = site.search_parts(site.store.reader())
    service = SearchService(parts)
    service.warm_up()
    settle()
    requests = draw_requests(parts, per_class=searches, seed=seed)
    documents = parts.engine.status().documents
    say(f"{site.encoder.reason}；索引 {documents:,} 条")
    first_rule = parts.matching.rules[0].name
    classes: dict[str, dict[str, Any]] = {}
    with progress("搜索", sum(map(len, requests.values()))) as advance:
        for name in CLASSES:
            warm_vectors(parts, requests[name])
            timings, seconds = time_searches(service, requests[name], clients=clients)
            classes[name] = summary(timings, seconds, first_rule)
            advance(len(timings))
    report = {"documents": documents, "clients": clients, "seed": seed, "classes": classes}
    if as_json:
        print_json(report)
    else:
        show(report)


def summary(timings: Sequence[Timing], seconds: float, first_rule: str) -> dict[str, Any]:
    """The speed of a class: all of it, and apart what met the first match rule and what relaxed."""
    relaxed = [timing for timing in timings if timing.rule not in (first_rule, "browse", "code")]
    strict = [timing for timing in timings if timing.rule in (first_rule, "browse", "code")]
    return {
        "all": _entry(speed_of(timings, seconds=seconds)),
        "first_rule": _entry(speed_of(strict)),
        "relaxed": _entry(speed_of(relaxed)),
        "without_results": sum(timing.total == 0 for timing in timings),
    }


def _entry(speed: Speed | None) -> dict[str, Any] | None:
    return asdict(speed) if speed is not None else None


def show(report: Mapping[str, Any]) -> None:
    """The report as a table."""
    table = Table("查询", "次数", "p50 ms", "p99 ms", "次/秒", "首条规则 p99", "放宽后 p99", "无结果")
    for name, entry in report["classes"].items():
        every = entry["all"]
        if every is None:
            table.add_row(tell(LABELS[name]), "0", *["-"] * 6)
            continue
        table.add_row(
            tell(LABELS[name]),
            str(every["searches"]),
            f"{every['p50_ms']:.1f}",
            f"{every['p99_ms']:.1f}",
            f"{every['per_second']:.0f}",
            *(f"{entry[part]['p99_ms']:.1f}" if entry[part] else "-" for part in ("first_rule", "relaxed")),
            str(entry["without_results"]),
        )
    out.print(table)
