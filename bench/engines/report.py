"""The tables of ``bench/results/engines.md``, from the result files alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.speed.report import LABELS, table

HEADER = """# The embedded engine beside Elasticsearch

Written by `python -m bench.engines` from the JSON files beside it, which hold machine, seed, commit, date and library
versions. One node of Elasticsearch on the machine of the client: both share its cores. Same listings, plans, queries,
each new to the process that answers it; only its vector is known. `beside`: vectors in FAISS beside the cluster;
`int8_hnsw`, `bbq_hnsw`: inside it.
"""
CLIENTS = ("clients_1", "clients_8")


def write_report(folder: Path) -> str:
    """Write ``engines.md``; gives its path as text."""
    found = sorted(folder.glob("engines-*.json"), key=lambda path: int(path.stem.partition("-")[2]))
    lines = [HEADER]
    for path in found:
        result = json.loads(path.read_text("utf-8"))
        lines.append(f"## {int(path.stem.partition('-')[2]):,} listings\n")
        for title, head, rows in _tables(result):
            lines += table(title, head, rows)
    (folder / "engines.md").write_text("\n".join(lines) + "\n", "utf-8")
    return str(folder / "engines.md")


def _tables(result: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str], list[list[object]]]]:
    yield "Search in process", _HEAD, [row for name, each in result.items() for row in _search(name, each)]
    built = [[name, *_indexed(each)] for name, each in result.items()]
    yield "Index", ("engine", "text s", "vectors s", "graph s", "on disk MB", "node's memory MB"), built
    recalls = [[name, filters, *_recalled(found)] for name, each in result.items() for filters, found in _recall(each)]
    yield "Vector recall@10", ("engine", "filter", "recall@10", "p50 ms"), recalls
    layers = [[name, *row] for name, each in result.items() for row in _layer(each)]
    yield "Our layer over the bare requests and FAISS (median, ms)", _LAYER, layers


_HEAD = ("engine", "query", "1 client: p50 ms", "p99 ms", "searches/s", "8 clients: p50 ms", "p99 ms", "searches/s")
_LAYER = ("engine", "query", "engine", "requests alone", "FAISS", "ours", "ours p99", "requests a search")


def _search(name: str, engine: Mapping[str, Any]) -> Iterator[list[object]]:
    for query in engine["search"]["clients_1"]:
        speeds = [engine["search"][clients][query]["all"] for clients in CLIENTS]
        yield [name, LABELS[query], *(speed[key] for speed in speeds for key in ("p50_ms", "p99_ms", "per_second"))]


def _indexed(engine: Mapping[str, Any]) -> list[object]:
    built = engine["built_s"]
    seconds = [built.get(step, "-") for step in ("text", "vectors", "graph")]
    return [*seconds, engine["disk_mb"], engine.get("node_mb", "-")]


def _recall(engine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, found in engine.get("recall", {}).items():
        if isinstance(found, dict):
            yield name.replace("_", " "), found


def _recalled(found: Mapping[str, Any]) -> list[object]:
    return [found["recall_at_10"], found["p50_ms"]]


def _layer(engine: Mapping[str, Any]) -> Iterator[list[object]]:
    keys = ("engine_p50_ms", "requests_p50_ms", "faiss_p50_ms", "layer_p50_ms", "layer_p99_ms", "requests")
    for query, found in engine.get("layer", {}).items():
        yield [LABELS[query], *(found.get(key, "-") for key in keys)]


_SHARDS = """# Text searches as listings and shards grow

Written by `python -m bench.engines.shards` from `shards.json`, which holds machine, seed, commit and date. One node on
the machine of the client, so all shards share its cores; every shard merged to one segment; the same queries at every
size, no vectors; of each query the best of three. Slope: milliseconds a million listings of the mean search, with its
95 % interval over queries; "off the line": how far the means lie from it at most. A facet: the mean search with its
facets less the same one without, by facet.
"""


def write_shards(folder: Path) -> str:
    """Write ``shards.md``; gives its path as text."""
    found = json.loads((folder / "shards.json").read_text("utf-8"))
    lines = [_SHARDS]
    head = (
        "query",
        "p50 ms at 250 k",
        "500 k",
        "1 M",
        "p99 at 1 M",
        "ms a million",
        "interval",
        "fixed",
        "off the line",
    )
    of_facets = ("query", "facets", "ms a facet at 250 k", "500 k", "1 M", "ms a million", "interval")
    for shards, section in found.items():
        classes = section["classes"].items()
        rows = [
            [LABELS[name], *one["p50_ms"], one["p99_ms"][-1], *_slope(one["slope"]), one["slope"]["fixed_ms"],
             one["slope"]["off_line_ms"]]
            for name, one in classes
        ]  # fmt: skip
        lines += table(shards, head, rows)
        costs = [[LABELS[name], one["facets"], *one["facet_ms"], *_slope(one["facet_slope"])] for name, one in classes]
        lines += table(f"{shards}: a facet", of_facets, costs)
    (folder / "shards.md").write_text("\n".join(lines) + "\n", "utf-8")
    return str(folder / "shards.md")


def _slope(slope: Mapping[str, float]) -> tuple[float, str]:
    return slope["ms_a_million"], f"{slope['low']} to {slope['high']}"
