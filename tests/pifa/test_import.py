"""``pifa import``: what lands is searchable, no other command needed; what cannot land is told by line."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
from pathlib import Path

import polars
import pytest

from tests.pifa.conftest import Run, Served, Start, until

ROWS = [
    {
        "offer_id": "own-1",
        "title": "独家石墨烯暖手宝 便携款",
        "price_yuan": "25.5",
        "moq": "2",
        "supplier_name": "厦门暖芯",
    },
    {"offer_id": "own-2", "title": "独家石墨烯暖手宝 双面加热", "price_yuan": "", "moq": "", "supplier_name": ""},
    {
        "offer_id": "own-3",
        "title": "女士真丝睡衣套装 夏季",
        "price_yuan": "88",
        "moq": "1",
        "supplier_name": "厦门暖芯",
    },
]


def lines(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def table(path: Path, rows: list[dict]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def found(pifa: Run, home: Path, query: str, *more: object) -> dict:
    ran = pifa("search", query, "--home", home, "--json", *more)
    assert ran.code == 0, ran.err
    return ran.json


def ids(answer: dict) -> list[str]:
    return [hit["offer_id"] for hit in answer["hits"]]


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "csv", "parquet"])
def test_a_file_of_any_kind_is_searchable_after_the_one_command(pifa: Run, tmp_path: Path, kind: str) -> None:
    home, file = tmp_path / "home", tmp_path / f"goods.{kind}"
    if kind == "csv":
        table(file, ROWS)
    elif kind == "parquet":
        polars.DataFrame([{k: v or None for k, v in row.items()} for row in ROWS]).write_parquet(file)
    else:
        plain = lines(tmp_path / "plain.jsonl", [{k: v for k, v in row.items() if v} for row in ROWS])
        file.write_bytes(gzip.compress(plain.read_bytes()) if kind.endswith("gz") else plain.read_bytes())
    ran = pifa("import", file, "--home", home, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["progress"]["created"] == 3
    assert set(ids(found(pifa, home, "石墨烯暖手宝"))) == {"own-1", "own-2"}


def test_into_a_home_with_an_index_the_new_listings_stand_beside_the_old(
    pifa: Run, demo_home: Path, tmp_path: Path
) -> None:
    before = found(pifa, demo_home, "")["total"]
    assert pifa("import", lines(tmp_path / "goods.jsonl", ROWS[:1]), "--home", demo_home).code == 0
    assert found(pifa, demo_home, "")["total"] == before + 1
    assert ids(found(pifa, demo_home, "独家石墨烯暖手宝"))[0] == "own-1"


def test_a_listing_without_a_category_is_classified_and_one_without_a_price_shows_none(
    pifa: Run, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    pifa("import", lines(tmp_path / "goods.jsonl", [{"offer_id": "a", "title": "背心连衣裙 夏季 女"}]), "--home", home)
    hit = found(pifa, home, "连衣裙")["hits"][0]
    assert hit["category"][-1]["name"] == "背心连衣裙"
    assert hit["price"] == {"unit_fen": None, "quantity": 1, "tiers": [], "basis": "on_request"}


def test_prices_and_minimum_orders_are_those_of_the_file(pifa: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    pifa("import", table(tmp_path / "goods.csv", ROWS), "--home", home)
    hit = found(pifa, home, "暖手宝 便携款")["hits"][0]
    assert (hit["price"]["unit_fen"], hit["moq"], hit["supplier"]["name"]) == (2550, 2, "厦门暖芯")


def test_bad_rows_are_told_by_line_and_kept_aside_while_the_good_ones_land(pifa: Run, tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "goods.jsonl"
    good = [
        json.dumps(row, ensure_ascii=False)
        for row in ({"offer_id": "a", "title": "水杯"}, {"offer_id": "b", "title": "毛巾"})
    ]
    bad = [
        '{"offer_id": "c"}',
        "{not json",
        '{"offer_id": "d", "title": "壶", "price_yuan": "贵"}',
        '{"offer_id": "e/e", "title": "锅"}',
    ]
    file.write_text("\n".join([good[0], *bad, good[1]]), "utf-8")
    ran = pifa("import", file, "--home", home)
    assert ran.code == 0
    for line in (2, 3, 4, 5):
        assert f"第 {line} 行" in ran.err
    assert "第 1 行" not in ran.err
    assert "title" in ran.err or "标题" in ran.err
    rejects = [json.loads(line) for line in (tmp_path / "goods.jsonl.rejects.jsonl").read_text("utf-8").splitlines()]
    assert [entry["line"] for entry in rejects] == [2, 3, 4, 5]
    assert all(entry["reason"] for entry in rejects)
    assert set(ids(found(pifa, home, ""))) == {"a", "b"}


def test_a_file_of_which_nothing_lands_ends_with_one(pifa: Run, tmp_path: Path) -> None:
    file = tmp_path / "goods.jsonl"
    file.write_text("{broken\n")
    assert pifa("import", file, "--home", tmp_path / "home").code == 1


def test_columns_of_other_names_are_mapped(pifa: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    rows = [{"编码": "x1", "我的名字": "石墨烯暖手宝", "出厂价": "12", "颜色": "红色"}]
    file = table(tmp_path / "goods.csv", rows)
    ran = pifa(
        "import", file, "--home", home, "-m", "offer_id=编码", "-m", "title=我的名字", "-m", "price_yuan=出厂价",
        "-m", "attr.color=颜色",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    hit = found(pifa, home, "暖手宝", "-w", "attr.color=红色")["hits"][0]
    assert (hit["offer_id"], hit["price"]["unit_fen"]) == ("x1", 1200)


@pytest.mark.parametrize("mapping", ["title", "=x", "title=", "nonsense=编码", "title=没有的列"])
def test_a_mapping_that_cannot_be_is_refused(pifa: Run, tmp_path: Path, mapping: str) -> None:
    file = table(tmp_path / "goods.csv", ROWS)
    ran = pifa("import", file, "--home", tmp_path / "home", "-m", mapping)
    assert ran.code == 2
    assert ran.err.strip().splitlines()[-1].startswith("pifa: ")


def test_a_file_that_is_no_table_is_refused(pifa: Run, tmp_path: Path) -> None:
    file = tmp_path / "goods.parquet"
    file.write_bytes(b"PAR1 but not really")
    ran = pifa("import", file, "--home", tmp_path / "home")
    assert ran.code in (1, 2)
    assert ran.err.strip().splitlines()[-1].startswith("pifa: ")


def test_importing_again_changes_nothing_and_a_changed_row_is_revised(pifa: Run, tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "goods.csv"
    pifa("import", table(file, ROWS), "--home", home)
    again = pifa("import", file, "--home", home, "--json").json["progress"]
    assert (again["created"], again["revised"], again["unchanged"]) == (0, 0, 3)
    changed = [{**ROWS[0], "title": "独家石墨烯暖手宝 第二代"}, *ROWS[1:]]
    after = pifa("import", table(file, changed), "--home", home, "--json").json["progress"]
    assert (after["created"], after["revised"], after["unchanged"]) == (0, 1, 2)
    assert found(pifa, home, "石墨烯 第二代")["hits"][0]["offer_id"] == "own-1"
    assert found(pifa, home, "")["total"] == 3


def test_an_import_that_was_killed_is_taken_up_where_it_was(
    pifa: Run, start: Start, demo_home: Path, tmp_path: Path
) -> None:
    rows = [{"offer_id": f"bulk-{n}", "title": f"石墨烯暖手宝 第{n}款"} for n in range(12_000)]
    file = lines(tmp_path / "goods.jsonl", rows)
    process = start("import", file, "--home", demo_home)

    def some_landed() -> bool:
        assert process.poll() is None, "the import was over before it could be killed"
        return imported(demo_home) > 0

    until(some_landed, what="the first rows")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    landed = imported(demo_home)
    assert 0 < landed < len(rows)
    report = pifa("import", file, "--home", demo_home, "--json").json["progress"]
    assert report["resumed_rows"] == landed
    assert report["created"] == report["rows"] == len(rows)
    assert found(pifa, demo_home, "石墨烯暖手宝 第11999款")["hits"][0]["offer_id"] == "bulk-11999"
    assert imported(demo_home) == len(rows)


def imported(home: Path) -> int:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"file:{home / 'record.sqlite3'}?mode=ro", uri=True)) as record:
        return int(record.execute("SELECT count(*) FROM offers WHERE offer_id LIKE 'bulk-%'").fetchone()[0])


def test_beside_a_running_site_an_import_is_searchable_when_the_command_ends(
    pifa: Run, served: Served, tmp_path: Path
) -> None:
    ran = pifa(
        "import",
        lines(tmp_path / "goods.jsonl", [{k: v for k, v in r.items() if v} for r in ROWS]),
        "--home",
        served.home,
    )
    assert ran.code == 0, ran.err

    def found() -> bool:
        answer = served.client.get("/api/v1/search", params={"q": "独家石墨烯暖手宝"}).json()
        return {"own-1", "own-2"} <= set(ids(answer))

    until(found, seconds=2, what="the imported rows")  # a site's readers look for a newer index five times a second
