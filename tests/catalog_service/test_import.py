from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from catalog_service.adapters.files.open import UnknownFormat
from catalog_service.domain.offers.states import OfferState
from catalog_service.service import Record
from catalog_service.use_cases.offers.import_offers import ImportProgress
from kernel.errors import Invalid, NotFound
from tests.catalog_service.house import ADMIN, draft, ladder, open_house, rows


def counts(progress: ImportProgress) -> tuple[int, int, int, int, int]:
    return progress.rows, progress.created, progress.revised, progress.unchanged, progress.rejected


def write_lines(path: Path, listings: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(listing, ensure_ascii=False) + "\n" for listing in listings), "utf-8")
    return path


def rejects(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(f"{path}.rejects.jsonl").read_text("utf-8").splitlines()]


def test_id_and_title_are_enough(record: Record, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [{"offer_id": "o-1", "title": "玻璃杯"}])
    report = record.import_file(path)
    assert counts(report.progress) == (1, 1, 0, 0, 0)
    offer = record.offers.offer("o-1").offer
    assert (offer.category_id, offer.tiers, offer.moq, offer.supplier_id) == (None, (), 1, None)


def test_every_field_of_an_offer_and_its_supplier_is_accepted_from_json(record: Record, tmp_path: Path) -> None:
    listing = {
        "offer_id": "o-1", "title": "不锈钢保温杯", "category_id": "240101", "moq": 20, "pack_multiple": 2,
        "units_per_pack": 24, "pack_unit": "箱", "unit": "个", "stock": 900, "brand": "清泉", "item_code": 304,
        "tiers": [{"min_quantity": 200, "price_yuan": "9.9"}, {"min_quantity": 20, "unit_price_fen": 1100}],
        "attributes": {"capacity_ml": ["500"], "color": "红;蓝"}, "barcode": "6901234567892", "origin": "浙江 永康",
        "description": "真空\n保温", "dropship": "是", "dropship_price_yuan": 12.5, "sample_price_fen": 2000,
        "customisation": True, "invoice": "1", "freight_free": 0, "dispatch_hours": 48, "sold_count": "1,200",
        "picture": "https://img.example/1.jpg", "published_at": "2026-01-02", "supplier_province": "浙江",
        "supplier": {"id": "s-1", "name": "永康杯业", "city": "金华", "verified": True, "joined_year": 2012,
                     "repeat_buyer_rate": "35%"},
    }  # fmt: skip
    report = record.import_file(write_lines(tmp_path / "a.jsonl", [listing]))
    assert counts(report.progress) == (1, 1, 0, 0, 0), report.samples
    view = record.offers.offer("o-1")
    offer = view.offer
    assert offer.tiers == ladder((20, 1100), (200, 990))
    assert offer.attributes == {"capacity_ml": ("500",), "color": ("红", "蓝")}
    assert (offer.item_code, offer.sold_count, offer.dispatch_hours) == ("304", 1200, 48)
    assert (offer.dropship, offer.dropship_price_fen, offer.sample_price_fen) == (True, 1250, 2000)
    assert (offer.customisation, offer.invoice, offer.freight_free) == (True, True, False)
    assert (offer.published_at, offer.units_per_pack, offer.pack_unit) == (1767312000, 24, "箱")
    assert view.supplier is not None
    assert (view.supplier.name, view.supplier.province, view.supplier.city) == ("永康杯业", "浙江", "金华")
    assert (view.supplier.verified, view.supplier.joined_year, view.supplier.repeat_buyer_rate) == (True, 2012, 0.35)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_spreadsheet_with_chinese_headers_needs_no_mapping(
    record: Record, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    table = [
        ["商品编号", "标题", "价格（元）", "起订量", "供应商名称", "属性.材质", "库存", "备注"],
        ["o-1", "棉袜 春夏", "￥3.50", "10", "诸暨袜厂", "棉;氨纶", "", "无"],
        ["o-2", '船袜 "浅口"', "", "", "", "", "50", ""],
    ]
    path = tmp_path / "袜子.csv"
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table]
    path.write_bytes("\r\n".join(quoted).encode(encoding))
    report = record.import_file(path)
    assert counts(report.progress) == (2, 2, 0, 0, 0), report.samples
    assert report.ignored_columns == ("备注",)
    first, second = record.offers.offer("o-1"), record.offers.offer("o-2")
    assert first.offer.tiers == ladder((1, 350))
    assert (first.offer.moq, first.offer.attributes) == (10, {"材质": ("棉", "氨纶")})
    assert first.supplier is not None
    assert first.supplier.name == "诸暨袜厂"
    assert (second.offer.tiers, second.offer.stock, second.offer.title) == ((), 50, '船袜 "浅口"')


def test_parquet_and_packed_files_read_the_same(record: Record, tmp_path: Path) -> None:
    listings = [{"offer_id": f"o-{n}", "title": f"杯子 {n}", "price_yuan": 1.5 + n, "moq": n + 1} for n in range(5000)]
    pl.DataFrame(listings).write_parquet(tmp_path / "a.parquet")
    assert counts(record.import_file(tmp_path / "a.parquet").progress) == (5000, 5000, 0, 0, 0)
    lines = "".join(json.dumps(listing) + "\n" for listing in listings)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    assert counts(record.import_file(tmp_path / "a.jsonl.gz").progress) == (5000, 0, 0, 5000, 0)
    table = "offer_id,title,price_yuan,moq\n" + "".join(f"o-{n},杯子 {n},{1.5 + n},{n + 1}\n" for n in range(5000))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(table.encode()))
    assert counts(record.import_file(tmp_path / "a.csv.gz").progress) == (5000, 0, 0, 5000, 0)
    assert record.offers.offer("o-9").offer.tiers == ladder((1, 1050))


def test_a_mapping_wins_over_the_names_of_columns(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("key,标题,headline,tiers,hue\nA1,不用这列,竹筷,10:2.5;100:2,黄\n", "utf-8")
    mapping = {"offer_id": "key", "title": "headline", "attr.color": "hue"}
    report = record.import_file(path, mapping=mapping)
    assert counts(report.progress) == (1, 1, 0, 0, 0), report.samples
    assert report.ignored_columns == ("标题",)
    offer = record.offers.offer("A1").offer
    assert (offer.title, offer.tiers, offer.moq) == ("竹筷", ladder((10, 250), (100, 200)), 10)
    assert offer.attributes == {"color": ("黄",)}


@pytest.mark.parametrize(
    ("mapping", "header", "parameter"),
    [
        ({"titel": "标题"}, "offer_id,标题", "mapping"),
        ({"title": "没有"}, "offer_id,标题", "mapping"),
        ({}, "offer_id,价格", "title"),
        ({}, "标题,价格", "offer_id"),
        ({}, "offer_id,标题,标题", "file"),
        ({}, "", "file"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_whole(
    record: Record, tmp_path: Path, mapping: dict[str, str], header: str, parameter: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(header + "\no-1,杯,1\n", "utf-8") if header else path.write_text("", "utf-8")
    with pytest.raises(Invalid) as caught:
        record.import_file(path, mapping=mapping)
    assert caught.value.parameter == parameter
    assert rows(record, "SELECT (SELECT count(*) FROM offers) + (SELECT count(*) FROM import_runs)") == [(0,)]


def test_a_file_that_is_none_is_named(record: Record, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        record.import_file(tmp_path / "none.csv")
    for name in ("a.doc", "a", "a.parquet.gz"):
        (tmp_path / name).write_text("x")
        with pytest.raises(UnknownFormat):
            record.import_file(tmp_path / name)
    (tmp_path / "a.parquet").write_text("no parquet")
    with pytest.raises(Invalid, match=r"a\.parquet"):
        record.import_file(tmp_path / "a.parquet")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"offer_id":"o","title":"t"}\n' * 9000)[:40])
    with pytest.raises(Invalid, match=r"b\.jsonl\.gz"):
        record.import_file(tmp_path / "b.jsonl.gz")


def test_bad_rows_are_reported_by_line_while_good_ones_land(record: Record, tmp_path: Path) -> None:
    record.publish_offer(draft=draft("o-down"), request=ADMIN)
    record.takedown_offer(offer_id="o-down", reason="核查", request=ADMIN)
    good = {"offer_id": "o-1", "title": "好"}
    bad: list[tuple[str, str]] = [
        ("{不是 JSON", ""),
        ("[1, 2]", ""),
        ('{"offer_id": "o-2"}', "title"),
        ('{"title": "无编号"}', "offer_id"),
        ('{"offer_id": "o-2", "title": "出售枪支"}', "title"),
        ('{"offer_id": "o-2", "title": "杯", "moq": "十个"}', "moq"),
        ('{"offer_id": "o-2", "title": "杯", "tiers": "1:5;10:6"}', "tiers"),
        ('{"offer_id": "o-2", "title": "杯", "tiers": [[1, 5]]}', "tiers"),
        ('{"offer_id": "o-2", "title": "杯", "price_yuan": "面议"}', "price_yuan"),
        ('{"offer_id": "o-2", "title": "杯", "price_yuan": NaN}', ""),
        ('{"offer_id": "o-2", "title": "杯", "dropship": "也许"}', "dropship"),
        ('{"offer_id": "o-2", "title": "杯", "attributes": [1]}', "attributes"),
        ('{"offer_id": "o-2", "title": {"zh": "杯"}}', "title"),
        ('{"offer_id": "o-2", "title": "杯", "stock": 1e400}', ""),
        ('{"offer_id": "o-2", "title": "杯", "stock": 99999999999999999999999}', "stock"),
        ('{"offer_id": "o-2", "title": "杯", "supplier_city": "义乌"}', "supplier_id"),
        ('{"offer_id": "o-2", "title": "杯", "published_at": "昨天"}', "published_at"),
        ('{"offer_id": "o-down", "title": "又来"}', "offer_id"),
        ("x" * (1 << 20) + "y" * 100, ""),
    ]
    path = tmp_path / "a.jsonl"
    lines = [json.dumps(good), "", *(line for line, _ in bad), json.dumps({"offer_id": "o-3", "title": "也好"})]
    path.write_text("\n".join(lines), "utf-8")
    report = record.import_file(path)
    assert counts(report.progress) == (len(bad) + 2, 2, 0, 0, len(bad))
    told = rejects(path)
    assert [(entry["line"], entry["parameter"]) for entry in told] == [
        (number, parameter) for number, (_, parameter) in enumerate(bad, start=3)
    ]
    assert all(entry["reason"] for entry in told)
    assert report.rejects_path == f"{path}.rejects.jsonl"
    assert len(report.samples) == 10
    live = "SELECT offer_id FROM offers WHERE state = 'live' ORDER BY offer_id"
    assert rows(record, live) == [("o-1",), ("o-3",)]
    assert record.offers.offer("o-down", any_state=True).state is OfferState.TAKEN_DOWN


def test_bad_lines_of_a_table_are_reported_by_their_number(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b'offer_id,title\no-1,\xe6\x9d\xaf\no-2\no-3,a,b\n\no-4,"two\nlines"\no-5,\xff\xfe\no-6,\xe7\xa2\x97\n'
    )
    report = record.import_file(path)
    assert counts(report.progress) == (6, 3, 0, 0, 3)
    assert [entry["line"] for entry in rejects(path)] == [3, 4, 8]
    assert record.offers.offer("o-4").offer.title == "two lines"


def test_importing_again_changes_nothing_and_a_changed_row_changes_alone(record: Record, tmp_path: Path) -> None:
    listings: list[dict[str, object]] = [
        {"offer_id": f"o-{n}", "title": f"杯 {n}", "supplier_id": f"s-{n % 3}"} for n in range(30)
    ]
    path = write_lines(tmp_path / "a.jsonl", listings)
    record.import_file(path)
    sequence = record.changes.latest()
    assert sequence == 33
    assert counts(record.import_file(path).progress) == (30, 0, 0, 30, 0)
    assert record.changes.latest() == sequence
    listings[7]["title"] = "换了"
    assert counts(record.import_file(write_lines(path, listings)).progress) == (30, 0, 1, 29, 0)
    assert record.changes.latest() == sequence + 1
    assert record.offers.offer("o-7").offer.version == 2


def test_a_withdrawn_offer_comes_back_by_import(record: Record, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [{"offer_id": "o-1", "title": "杯"}])
    record.import_file(path)
    record.withdraw_offer(offer_id="o-1", request=ADMIN)
    assert counts(record.import_file(path).progress) == (1, 0, 1, 0, 0)
    assert record.offers.offer("o-1").offer.version == 3


def test_of_one_offer_told_twice_the_later_row_counts(record: Record, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl",
        [{"offer_id": "o-1", "title": "先"}, {"offer_id": "o-2", "title": "二"}, {"offer_id": "o-1", "title": "后"}],
    )
    assert counts(record.import_file(path).progress) == (3, 2, 0, 1, 0)
    assert record.offers.offer("o-1").offer.title == "后"
    assert counts(record.import_file(path).progress)[1:3] == (0, 0)


_IMPORTER = """
import sys
from pathlib import Path
from tests.catalog_service.house import open_house
record = open_house(Path(sys.argv[1]))
def tell(progress):
    print(progress.rows, flush=True)
record.import_file(Path(sys.argv[2]), progress=tell)
"""


def test_a_killed_import_resumes_where_it_was_and_loses_and_doubles_nothing(home: Path, tmp_path: Path) -> None:
    listings: list[dict[str, object]] = [
        {"offer_id": f"o-{n:05}", "title": f"杯 {n}" if n % 100 else "", "supplier_name": f"厂 {n % 7}"}
        for n in range(12_000)
    ]
    path = write_lines(tmp_path / "a.jsonl", listings)
    root = Path(__file__).resolve().parents[2]
    importer = subprocess.Popen(
        [sys.executable, "-c", _IMPORTER, str(home), str(path)], stdout=subprocess.PIPE, text=True, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert importer.stdout is not None
    told = [int(importer.stdout.readline()) for _ in range(3)]
    importer.send_signal(signal.SIGKILL)
    importer.wait()
    importer.stdout.close()
    assert told == [500, 1000, 1500]
    # What a process that dies between the rejects file and its commit leaves behind.
    with Path(f"{path}.rejects.jsonl").open("a") as file:
        file.write('{"line": 1, "half')
    record = open_house(home)
    done = rows(record, "SELECT rows_done, finished_at FROM import_runs")[0]
    assert 1500 <= done[0] < 12_000
    assert done[1] is None
    assert record.catalog.live_count() == done[0] - len(range(0, done[0], 100))
    report = record.import_file(path)
    assert report.progress.resumed_rows == done[0]
    assert counts(report.progress) == (12_000, 11_880, 0, 0, 120)
    assert [entry["line"] for entry in rejects(path)] == [n + 1 for n in range(0, 12_000, 100)]
    assert record.catalog.live_count() == 11_880
    assert rows(record, "SELECT count(*) FROM outbox WHERE kind = 'offer'") == [(11_880,)]
    assert rows(record, "SELECT count(DISTINCT subject_id) FROM outbox WHERE kind = 'offer'") == [(11_880,)]
    record.close()


def test_writes_of_people_are_not_held_up_by_an_import(record: Record, tmp_path: Path) -> None:
    listings: list[dict[str, object]] = [{"offer_id": f"o-{n:05}", "title": f"杯 {n}"} for n in range(3000)]
    waits: list[float] = []

    def publish_between(progress: ImportProgress) -> None:
        began = time.perf_counter()
        record.publish_offer(draft=draft(f"p-{progress.rows}"), request=ADMIN)
        waits.append(time.perf_counter() - began)

    record.import_file(write_lines(tmp_path / "a.jsonl", listings), progress=publish_between)
    assert len(waits) == 6
    assert record.catalog.live_count() == 3006
