"""The tables of ``bench/results/relevance.md``, from the result file alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

METRICS = ("MRR@10", "nDCG@10", "recall@100", "zero_result_rate")


def markdown(results: Mapping[str, Any]) -> str:
    """The result file as a page: legs, classes, never-worse, ladders, real text."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Mapping[str, Any]) -> Iterator[str]:
    written = results["queries"]
    yield "# Relevance"
    yield ""
    yield f"Made by `make relevance` at commit `{results['commit'][:12]}`, {results['machine']},"
    yield f"Python {results['python']}; {results['listings']:,} demo listings, seed {results['seed']}, encoder"
    yield f"{results['encoder']}. {written['written']} judged queries, {written['with_relevant']} with something to"
    yield f"find; grades 0 to 3 by facts; MRR and recall count grade {written['relevant_from']} and up. Values with"
    yield "95 % bootstrap intervals over queries (10,000 resamples)."
    judged = results["judged"]
    yield from _systems("Test half (weights were not fitted on it)", judged["test"])
    yield from _systems("Tune half", judged["tune"])
    for section, title in (("test_by_class", "Test half by class"), ("test_by_wording", "Test half by wording")):
        for name, figures in judged[section].items():
            yield from _systems(f"{title}: {name}", figures)
    yield from _never_worse(judged["blend_minus_best_leg"])
    yield from _ladders("Match rules on judged queries: recall@100 against any token", results["ladders"])
    if "real_text" in results:
        yield from _real(results["real_text"])


def _systems(title: str, figures: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield f"| | {' | '.join(METRICS)} |"
    yield "|---" * (len(METRICS) + 1) + "|"
    for name, of in figures.items():
        cells = (f"{of[m]['value']:.3f} ({of[m]['low']:.3f} to {of[m]['high']:.3f})" for m in METRICS)
        yield f"| {name} | {' | '.join(cells)} |"


def _never_worse(classes: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "## Blend minus best leg, test half, paired"
    yield ""
    yield "The aim: the lower end above -0.02 in every class."
    yield ""
    yield "| class | metric | best leg | difference | holds |"
    yield "|---|---|---|---|---|"
    for name, metrics in classes.items():
        for metric, of in metrics.items():
            interval = f"{of['value']:+.3f} ({of['low']:+.3f} to {of['high']:+.3f})"
            yield f"| {name} | {metric} | {of['best_leg']} | {interval} | {'yes' if of['holds'] else '**no**'} |"


def _ladders(title: str, ladders: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield "| ladder | recall@100 | nDCG@10 | minus any token |"
    yield "|---|---|---|---|"
    for name, of in ladders.items():
        cost = of["minus_any_token"]
        interval = f"{cost['value']:+.3f} ({cost['low']:+.3f} to {cost['high']:+.3f})"
        yield f"| {name} | {of['recall@100']:.3f} | {of['nDCG@10']:.3f} | {interval} |"


def _real(real: Mapping[str, Any]) -> Iterator[str]:
    yield from _systems(f"Real text: {real['queries']} queries, {real['titles']:,} titles", real["figures"])
    yield ""
    yield f"Zero results over a sample of real queries: {100 * real['zero_result_rate_of_sample']:.1f} %."
    yield from _ladders("Match rules on real text", real["ladders"])
