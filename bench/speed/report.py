"""The tables of ``bench/results/speed.md``, from the result files alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Result = Mapping[str, Any]
LABELS = {
    "one_word": "one word",
    "long": "long",
    "model_number": "model number",
    "browse": "category browse",
    "filtered": "filtered",
    "mix": "all in turn",
}
HEADER = """# Speed

Written by `make bench` from the JSON files beside it, which hold machine, seed, commit, date and library versions of
every section. Every query is new to the process that answers it, only its vector is known; totals and facets are exact.
Times are of the wall, so another program on the machine lengthens them: the load at the beginning stands in each file.
"""


def write_report(folder: Path) -> str:
    """Write ``speed.md``; gives its path as text."""
    results = {int(path.stem.partition("-")[2]): json.loads(path.read_text("utf-8")) for path in _files(folder)}
    path = folder / "speed.md"
    path.write_text("\n".join([HEADER, *_all(results)]) + "\n", "utf-8")
    return str(path)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("speed-*.json"), key=lambda path: int(path.stem.partition("-")[2]))


def _all(results: Mapping[int, Result]) -> Iterator[str]:
    for listings, result in results.items():
        yield f"## {listings:,} listings\n"
        if "search" in result:
            yield from _search("In process", result["search"])
        if "http" in result:
            yield from _search("Over HTTP, two workers", result["http"])
            yield from _server(result["http"])
        if "peers" in result:
            yield from _peers(result)
        if "index" in result:
            yield from _index(result["index"])
        if "bge" in result:
            yield from _pairs("BGE beside bare onnxruntime", result["bge"])
        if "publish" in result:
            yield from _publish(result["publish"])
        if "recall" in result:
            yield from _recall(result["recall"])


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """A heading and a Markdown table, line by line."""
    yield f"### {title}\n"
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(map(str, row)) + " |" for row in rows)
    yield ""


def _search(title: str, measured: Result) -> Iterator[str]:
    for clients in (1, 8):
        classes = measured[f"clients_{clients}"]
        rows = [
            [LABELS[name], *_speed(entry["all"]), *_part(entry["first_rule"]), *_part(entry["relaxed"])]
            for name, entry in classes.items()
        ]
        head = ["query", "p50 ms", "p99 ms", "searches/s", "first rule: n", "p99 ms", "relaxed: n", "p99 ms"]
        yield from table(f"{title}, {clients} client{'s' if clients > 1 else ''}", head, rows)


def _speed(entry: Result | None) -> list[object]:
    return [entry["p50_ms"], entry["p99_ms"], entry["per_second"]] if entry else ["-", "-", "-"]


def _part(entry: Result | None) -> list[object]:
    return [entry["searches"], entry["p99_ms"]] if entry else [0, "-"]


def _server(measured: Result) -> Iterator[str]:
    memory = measured["memory_mb"]
    rows = [[entry["command"], entry["rss"], entry["pss"], entry["private"]] for entry in memory["processes"]]
    yield f"Ready {measured['start_seconds']} s after the command. Memory: {memory['pss_total']} MB in all (PSS).\n"
    yield from table("Memory by process, MB", ["process", "resident", "PSS", "private"], rows)


def _peers(result: Result) -> Iterator[str]:
    ours = result.get("search", {}).get("clients_1", {})
    rows = []
    for name, measured in result["peers"].items():
        if not isinstance(measured, Mapping) or "classes" not in measured:
            continue
        for label, speed in measured["classes"].items():
            if speed is None:
                continue
            pifa = ours.get(label, {}).get("all")
            ratio = f"{pifa['p50_ms'] / speed['p50_ms']:.1f}" if pifa else "-"
            rows.append([name, LABELS[label], speed["p50_ms"], speed["p99_ms"], ratio, measured["build_seconds"]])
    head = ["peer", "query", "p50 ms", "p99 ms", "Pifa's p50 over its", "built in s"]
    yield from table("Beside its peers, in process, one client", head, rows)


def _index(measured: Result) -> Iterator[str]:
    rates = [[name.replace("_", " "), f"{rate:,}"] for name, rate in measured["per_second"].items()]
    yield from table("Indexing, listings a second", ["what", "a second"], rates)
    costs = [[name.replace("_", " "), cost] for name, cost in measured["cpu_us_a_listing"].items()]
    yield from table("What a listing costs, microseconds of processor", ["step", "us"], costs)
    before = measured["before_vectors"]
    yield f"Searchable before vectors: {before['found']:,} found while {before['vectors_pending']:,} vectors waited.\n"


def _publish(measured: Result) -> Iterator[str]:
    rows = [
        [name, entry["published"], entry["p50_s"], entry["max_s"], entry["within_a_second"]]
        for name, entry in (("idle", measured["idle"]), ("during an import", measured["during_import"]))
        if entry["published"]
    ]
    head = ["when", "published", "p50 s", "max s", "share within a second"]
    yield from table("From publish to searchable", head, rows)


def _recall(measured: Result) -> Iterator[str]:
    rows = [
        [name.replace("_", " "), entry.get("listings", ""), entry["recall_at_10"], entry["p50_ms"], entry["p99_ms"]]
        for name, entry in measured.items()
        if isinstance(entry, Mapping) and "recall_at_10" in entry
    ]
    yield from table("Vector recall@10 against exact", ["filter", "listings", "recall@10", "p50 ms", "p99 ms"], rows)


def _pairs(title: str, measured: Result) -> Iterator[str]:
    skipped = ("date", "commit", "seed", "machine", "libraries", "home_built_s")
    rows = [[name.replace("_", " "), value] for name, value in measured.items() if name not in skipped]
    yield from table(title, ["what", "value"], rows)
