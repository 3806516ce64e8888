"""``pifa evaluate`` end to end, over a small index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kernel.errors import Invalid
from kernel.offers import Offer
from pifa.commands.evaluate import evaluate
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation

TITLES = (
    "304不锈钢保温杯 500ml",
    "儿童塑料水杯 卡通",
    "充电宝 快充 10000毫安",
    "M8x30 内六角螺丝 304不锈钢",
    "连衣裙 夏季 女 雪纺",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("home")
    site = Installation(Settings(encoder="none"), Home(directory).open())
    offers = [(Offer(offer_id=str(7000 + number), title=title), None) for number, title in enumerate(TITLES)]
    with site.store.rebuild(vector_space=None) as writer:
        writer.apply(site.assembler.documents(offers))
        writer.commit(feed_cursor=0)
    return directory


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("PIFA_ENCODER", "none")
    app = typer.Typer()
    app.command()(evaluate)

    def call(queries: str, qrels: str, *more: str):  # type: ignore[no-untyped-def]
        (tmp_path / "q.tsv").write_text(queries, "utf-8")
        (tmp_path / "r.tsv").write_text(qrels, "utf-8")
        files = ["--queries", str(tmp_path / "q.tsv"), "--qrels", str(tmp_path / "r.tsv"), "--home", str(home)]
        return CliRunner().invoke(app, [*files, *more])

    return call


def test_json_gives_value_low_and_high_of_every_metric_of_every_system(run) -> None:  # type: ignore[no-untyped-def]
    long_one = "4\t" + "保温杯" * 200 + "\n"
    answer = run(
        "1\t保温杯 不锈钢\n2\t充电宝\n3\t\x00 %% AND NOT\n" + long_one,
        "1\t0\t7000\t3\n1\t0\t7003\t1\n2\t0\t7002\t1\n3\t0\t404\t1\n4\t0\t7000\t1\n",
        "--json",
    )
    assert answer.exit_code == 0, answer.output
    figures = json.loads(answer.stdout)
    assert set(figures) == {"words", "characters", "bigrams", "facts", "blend", "random"}
    for metrics in figures.values():
        assert set(metrics) == {"MRR@10", "nDCG@10", "recall@100", "zero_result_rate"}
        for figure in metrics.values():
            assert set(figure) == {"value", "low", "high"}
            assert 0.0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1.0
    assert figures["blend"]["MRR@10"]["value"] == 0.75
    assert figures["blend"]["recall@100"]["value"] == 0.75


def test_the_table_names_the_best_leg(run) -> None:  # type: ignore[no-untyped-def]
    answer = run("2\t充电宝\n", "2\t0\t7002\t1\n", "--legs", "characters,blend")
    assert answer.exit_code == 0, answer.output
    assert "blend − characters = +0.000 [+0.000, +0.000]" in answer.output


def test_an_unknown_system_and_a_bad_line_are_refused(run) -> None:  # type: ignore[no-untyped-def]
    unknown = run("2\t充电宝\n", "2\t0\t7002\t1\n", "--legs", "bm25")
    assert isinstance(unknown.exception, Invalid)
    assert unknown.exception.parameter == "legs"
    bad = run("2 充电宝\n", "2\t0\t7002\t1\n")
    assert isinstance(bad.exception, Invalid)
    assert "第 1 行" in bad.exception.message
