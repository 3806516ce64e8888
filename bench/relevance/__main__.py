"""``python -m bench.relevance``: grade the demo catalog, compare every leg, check the match rule, write the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import orjson
import typer

from bench.relevance.grade import Judge, Qrels, write_tsv
from bench.relevance.homes import demo_home
from bench.relevance.judged import CLASSES, JudgedQuery, load_judged
from bench.relevance.ladders import measure_ladders
from bench.relevance.pipeline import Pipeline
from bench.relevance.real_text import RealText, read_real_text, real_home
from bench.relevance.report import ROOT, about, never_worse, plain, print_classes
from bench.relevance.tables import markdown
from bench.relevance.tune import fit, mrr, ndcg, pack
from pifa.commands.console import out, progress, say
from pifa.commands.evaluate import show
from pifa.evaluation.compare import Comparison, compare, run_all
from pifa.evaluation.files import Judgments
from pifa.evaluation.systems import systems
from pifa.wiring import Installation
from ranking.batch import Floats
from search_api.parts import Parts
from search_api.requests import QUERY_CHARACTERS_MAX

RELEVANT_FROM = 2  # for MRR and recall: the right thing and at least half of what was asked; nDCG uses all grades
SIGNALS = ("coverage", "words", "characters", "bigrams", "facts", "semantic", "category", "agreement")
REAL_SHARES = (0.0, 0.3, 0.5)  # of the objective that is given to real text while fitting
STARTS = (
    np.ones(len(SIGNALS)),
    np.array([0.40, 0.03, 0.17, 0.03, 0.41, 0.80, 0.08, 0.10]),
    np.array([0.50, 0.50, 0.50, 0.50, 1.00, 3.00, 0.50, 0.50]),
)


def main(
    home: Annotated[Path, typer.Option(help="where the measured homes are kept")] = Path("var/relevance"),
    listings: Annotated[int, typer.Option(min=1_000)] = 100_000,
    seed: Annotated[int, typer.Option()] = 7,
    real_text: Annotated[Path | None, typer.Option(help="folder of titles.txt, queries.txt, pairs.tsv")] = None,
    fitting: Annotated[bool, typer.Option("--fit/--no-fit", help="also fit weights on the tune half")] = False,
    output: Annotated[Path, typer.Option()] = ROOT / "bench" / "results" / "relevance.json",
) -> None:
    """Everything that is claimed about relevance, measured."""
    site, truth = demo_home(home / f"demo-{listings}-{seed}", listings=listings, seed=seed, vectors=home / "vectors")
    queries = load_judged(site.data / "judged" / "queries.tsv")
    qrels = Judge(truth).qrels(queries)
    write_tsv(home, queries, qrels)
    judged = [query for query in queries if any(grade >= RELEVANT_FROM for grade in qrels[query.id].values())]
    say(f"{len(queries)} queries, {len(judged)} of them with something in the catalog to find")
    parts = site.search_parts(site.store.reader())
    encoder = site.encoder.encoder
    results: dict[str, Any] = about(seed=seed, listings=listings, encoder=encoder.name if encoder else "none")
    results["queries"] = {"written": len(queries), "with_relevant": len(judged), "relevant_from": RELEVANT_FROM}
    results["judged"] = judged_figures(parts, judged, qrels)
    results["ladders"] = ladder_figures(parts, judged, qrels)
    real = read_real_text(real_text) if real_text else None
    if real is not None:
        real_site = real_home(home / "real", real, vectors=home / "vectors")
        results["real_text"] = real_figures(real_site, real)
        if fitting:
            results["fitted"] = fitted_weights(parts, judged, qrels, real_site, real)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2) + b"\n")
    output.with_suffix(".md").write_text(markdown(results), "utf-8")
    say(f"written to {output} and {output.with_suffix('.md').name}")


def judged_figures(parts: Parts, judged: Sequence[JudgedQuery], qrels: Qrels) -> dict[str, Any]:
    """All systems on every slice of the judged queries."""
    texts = {query.id: query.text for query in judged}
    compared = systems(parts, Judgments(queries=texts, qrels=qrels, unjudged=0, unknown=0))
    with progress("judged", len(texts) * len(compared)) as advance:
        runs = run_all(compared, texts, progress=advance)

    def of(wanted: Callable[[JudgedQuery], bool]) -> Comparison:
        return compare(runs, qrels, [query.id for query in judged if wanted(query)], relevant_from=RELEVANT_FROM)

    test = of(lambda query: query.split == "test")
    by_class = {
        name: of(lambda query, name=name: query.split == "test" and query.query_class == name)  # type: ignore[misc]
        for name in CLASSES
    }
    show(test)
    print_classes("test", {"all": test, **by_class}, ("nDCG@10", "MRR@10", "recall@100"))
    return {
        "test": plain(test.figures),
        "tune": plain(of(lambda query: query.split == "tune").figures),
        "test_by_class": {name: plain(comparison.figures) for name, comparison in by_class.items()},
        "test_by_wording": {
            wording: plain(of(lambda q, w=wording: q.split == "test" and q.wording == w).figures)  # type: ignore[misc]
            for wording in ("inside", "outside")
        },
        "blend_minus_best_leg": {
            name: never_worse(comparison) for name, comparison in {"all": test, **by_class}.items()
        },
    }


def ladder_figures(parts: Parts, judged: Sequence[JudgedQuery], qrels: Qrels) -> dict[str, Any]:
    """Ladders on the test half."""
    queries = {query.id: query.text for query in judged if query.split == "test"}
    offers = {row: offer_id for offer_id, row in parts.engine.find(_offers(qrels)).items()}
    return _told(
        measure_ladders(
            Pipeline(parts, offer_of_row=offers), parts.matching, parts.profiles, queries, qrels,
            relevant_from=RELEVANT_FROM,
        ),
        "test half",
    )  # fmt: skip


def real_figures(site: Installation, real: RealText) -> dict[str, Any]:
    """The systems on real pairs, the ladders, and how many of a sample of real queries find nothing."""
    parts = site.search_parts(site.store.reader())
    compared = systems(parts, Judgments(queries=real.queries, qrels=real.qrels, unjudged=0, unknown=0))
    runs = run_all(compared, real.queries)
    comparison = compare(runs, real.qrels, list(real.queries))
    show(comparison)
    offers = {row: offer_id for offer_id, row in parts.engine.find([f"t{n}" for n in range(len(real.titles))]).items()}
    pipeline = Pipeline(parts, offer_of_row=offers)
    empty = sum(pipeline.find(text[:QUERY_CHARACTERS_MAX], parts.matching).result.total == 0 for text in real.sample)
    say(f"real queries without a result: {empty} of {len(real.sample)}")
    return {
        "titles": len(real.titles),
        "queries": len(real.queries),
        "figures": plain(comparison.figures),
        "blend_minus_best_leg": never_worse(comparison),
        "ladders": _told(
            measure_ladders(pipeline, parts.matching, parts.profiles, real.queries, real.qrels, relevant_from=1),
            "real pairs",
        ),
        "zero_result_rate_of_sample": empty / len(real.sample),
    }


def fitted_weights(
    parts: Parts, judged: Sequence[JudgedQuery], qrels: Qrels, real_site: Installation, real: RealText
) -> dict[str, Any]:
    """Weights fitted on the tune half with more or less regard to real text, and what they give on the test half."""
    offers = {row: offer_id for offer_id, row in parts.engine.find(_offers(qrels)).items()}
    pipeline = Pipeline(parts, offer_of_row=offers)
    demo = pack(
        [pipeline.find(query.text, parts.matching) for query in judged], [qrels[query.id] for query in judged], SIGNALS
    )
    real_parts = real_site.search_parts(real_site.store.reader())
    offers = {row: offer for offer, row in real_parts.engine.find(_offers(real.qrels)).items()}
    real_pipeline = Pipeline(real_parts, offer_of_row=offers)
    titles = pack(
        [real_pipeline.find(text, parts.matching) for text in real.queries.values()],
        [real.qrels[query_id] for query_id in real.queries],
        SIGNALS,
    )
    in_tune = np.array([query.split == "tune" for query in judged])
    tune, test = demo.take(in_tune), demo.take(~in_tune)
    shipped = parts.profiles["default"].relevance
    candidates = {"shipped": np.array([shipped.get(name, 0.0) for name in SIGNALS])}
    for share in REAL_SHARES:

        def objective(weights: Floats, share: float = share) -> float:
            return (1 - share) * float(ndcg(tune, weights).mean()) + share * float(ndcg(titles, weights).mean())

        candidates[f"fitted, {share:g} real"] = fit(objective, STARTS)
    results: dict[str, Any] = {}
    for name, weights in candidates.items():
        results[name] = {
            "weights": dict(zip(SIGNALS, (weights / weights.sum()).round(3).tolist(), strict=True)),
            "tune_nDCG@10": float(ndcg(tune, weights).mean()),
            "test_nDCG@10": float(ndcg(test, weights).mean()),
            "real_nDCG@10": float(ndcg(titles, weights).mean()),
            "real_MRR@10": float(mrr(titles, weights, relevant_from=1).mean()),
        }
        out.print(name, results[name])
    return results


def _told(ladders: Mapping[str, Mapping[str, Any]], where: str) -> dict[str, Any]:
    for name, of in ladders.items():
        cost = of["minus_any_token"]
        out.print(
            f"ladder {name} ({where}): recall@100 {of['recall@100']:.3f}, {cost['value']:+.3f} "
            f"[{cost['low']:+.3f}, {cost['high']:+.3f}] against any token, nDCG@10 {of['nDCG@10']:.3f}"
        )
    return dict(ladders)


def _offers(qrels: Mapping[str, Mapping[str, int]]) -> list[str]:
    return sorted({offer_id for grades in qrels.values() for offer_id in grades})


if __name__ == "__main__":
    typer.run(main)
