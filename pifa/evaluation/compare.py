"""Runs of several systems to one table: figures of each, and how far the blend is ahead of the best leg."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pifa.evaluation.figures import METRICS, Figure, Qrels, Run, Values, bootstrap, query_values
from pifa.evaluation.systems import LEGS, System, run_system


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``figures[system][metric]``; ``ahead[metric]``: the blend minus the leg that is best in it (``best``), paired."""

    figures: Mapping[str, Mapping[str, Figure]]
    ahead: Mapping[str, Figure]
    best: Mapping[str, str]
    queries: int


def run_all(
    systems: Mapping[str, System], queries: Mapping[str, str], *, progress: Callable[[int], None] = lambda _: None
) -> dict[str, Run]:
    """Every system's ranked lists; ``progress`` is told of each query done."""
    runs: dict[str, Run] = {}
    for name, system in systems.items():
        found: dict[str, Sequence[str]] = {}
        for query_id, offers in run_system(system, queries):
            found[query_id] = offers
            progress(1)
        runs[name] = found
    return runs


def compare(runs: Mapping[str, Run], qrels: Qrels, query_ids: Sequence[str], *, relevant_from: int = 1) -> Comparison:
    """The figures of every run over the same queries."""
    values = {name: query_values(run, qrels, query_ids, relevant_from=relevant_from) for name, run in runs.items()}
    figures = _nested(bootstrap({f"{name} {metric}": values[name][metric] for name in values for metric in METRICS}))
    best, differences = _ahead(values)
    return Comparison(
        figures=figures, ahead=bootstrap(differences) if differences else {}, best=best, queries=len(query_ids)
    )


def _nested(flat: Mapping[str, Figure]) -> dict[str, dict[str, Figure]]:
    nested: dict[str, dict[str, Figure]] = {}
    for key, figure in flat.items():
        name, metric = key.split(" ")
        nested.setdefault(name, {})[metric] = figure
    return nested


def _ahead(values: Mapping[str, Mapping[str, Values]]) -> tuple[dict[str, str], dict[str, Values]]:
    legs = [leg for leg in LEGS if leg in values]
    if not legs or "blend" not in values:
        return {}, {}
    best, differences = {}, {}
    for metric in METRICS[:-1]:  # of the zero-result rate less is better, and any leg alone always finds something
        best[metric] = max(legs, key=lambda leg: float(values[leg][metric].mean()))
        differences[metric] = values["blend"][metric] - values[best[metric]][metric]
    return best, differences
