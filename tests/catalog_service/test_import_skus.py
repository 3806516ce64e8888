"""SKUs in files: nested in their listing or a row each; stated stock counts once and leaves its moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.ports.record import RecordTransaction
from catalog_service.service import Record
from tests.catalog_service.house import ADMIN, NOW, draft, ladder, rows
from tests.catalog_service.test_import import counts, rejects, write_lines

SHIRT: dict[str, object] = {
    "offer_id": "shirt", "title": "纯棉T恤", "moq": 10, "price_yuan": 12,
    "skus": [
        {"code": "R-M", "values": {"颜色": "红", "尺码": "M"}, "stock": 40},
        {"code": "R-L", "values": {"颜色": "红", "尺码": "L"}, "stock": 25, "price_yuan": "13"},
    ],
}  # fmt: skip


def imported(record: Record, folder: Path, *listings: dict[str, object]) -> Any:
    return record.import_file(write_lines(folder / "a.jsonl", list(listings)))


def table(record: Record, folder: Path, text: str) -> Any:
    path = folder / "stock.csv"
    path.write_text(text, "utf-8")
    return record.import_file(path)


def skus(record: Record, offer_id: str = "shirt") -> dict[str, tuple[int | None, bool]]:
    """By code: what is available, and whether it is retired."""
    found = rows(
        record,
        "SELECT s.code, t.available, s.retired FROM skus s JOIN stock t ON t.sku_id = s.sku_id"
        f" WHERE s.offer_id = '{offer_id}'",
    )
    return {code: (available, bool(retired)) for code, available, retired in found}


def moves(record: Record) -> list[tuple[str, int, int, str]]:
    return [
        (code, quantity, available, actor)
        for code, quantity, available, actor in rows(
            record,
            "SELECT s.code, m.quantity, m.available, m.actor FROM stock_moves m JOIN skus s ON s.sku_id = m.sku_id"
            " WHERE m.kind = 'set' ORDER BY s.code",
        )
    ]


def sell(record: Record, code: str, pieces: int) -> None:
    ((sku_id,),) = rows(record, f"SELECT sku_id FROM skus WHERE code = '{code}'")

    def work(transaction: RecordTransaction) -> None:
        transaction.stock.reserve(f"order-{code}-{pieces}", [Wanted(sku_id=sku_id, quantity=pieces)], at=NOW)

    record.ordering.desk.deeds.store.write(work)


def test_a_new_offer_comes_with_its_skus(record: Record, tmp_path: Path) -> None:
    report = imported(record, tmp_path, SHIRT)
    assert counts(report.progress) == (1, 1, 0, 0, 0), report.samples
    assert skus(record) == {"R-M": (40, False), "R-L": (25, False)}
    view = record.offers.offer("shirt")
    assert view.offer.stock == 65
    assert [(sku.sku.name, sku.sku.tiers) for sku in view.skus] == [("红 / M", ()), ("红 / L", ladder((1, 1300)))]
    again = imported(record, tmp_path, SHIRT)
    assert counts(again.progress) == (1, 0, 0, 1, 0)


def test_stock_of_stated_skus_changes_by_code_and_the_rest_stays(record: Record, tmp_path: Path) -> None:
    imported(record, tmp_path, SHIRT)
    version = record.offers.offer("shirt").offer.version
    cursor = record.changes.latest()
    report = imported(record, tmp_path, {**SHIRT, "skus": [{"code": "R-M", "stock": 38}]})
    assert counts(report.progress) == (1, 0, 1, 0, 0), report.samples
    assert skus(record) == {"R-M": (38, False), "R-L": (25, False)}
    assert moves(record) == [("R-M", 38, 38, "import")]
    offer = record.offers.offer("shirt").offer
    assert (offer.stock, offer.version) == (63, version)  # a count is no edit
    assert len(record.changes.after(cursor, limit=9)) == 1


def test_a_file_imported_again_does_not_undo_what_was_sold(record: Record, tmp_path: Path) -> None:
    imported(record, tmp_path, SHIRT)
    sell(record, "R-M", 30)
    assert counts(imported(record, tmp_path, SHIRT).progress) == (1, 0, 0, 1, 0)
    assert skus(record)["R-M"] == (10, False)
    assert moves(record) == []


def test_a_row_each_changes_stock_and_price_without_titles(record: Record, tmp_path: Path) -> None:
    imported(record, tmp_path, SHIRT)
    text = "offer_id,规格编码,库存,价格\nshirt,R-M,38,\nshirt,R-L,0,12.5\n"
    report = table(record, tmp_path, text)
    assert counts(report.progress)[:3] == (2, 0, 1), report.samples
    assert skus(record) == {"R-M": (38, False), "R-L": (0, False)}
    view = record.offers.offer("shirt")
    assert view.skus[1].sku.tiers == ladder((1, 1250))
    assert (view.offer.stock, view.offer.version) == (38, 2)  # a price is one
    assert counts(table(record, tmp_path, text).progress) == (2, 0, 0, 2, 0)
    assert len(moves(record)) == 2


def test_rows_of_skus_may_follow_their_listing_in_one_file(record: Record, tmp_path: Path) -> None:
    report = imported(
        record, tmp_path, SHIRT, {"offer_id": "shirt", "sku_code": "R-L", "stock": 7},
        {"offer_id": "shirt", "sku_code": "R-L", "stock": 9},
    )  # fmt: skip
    assert counts(report.progress)[:2] == (3, 1), report.samples
    assert skus(record) == {"R-M": (40, False), "R-L": (9, False)}


def test_skus_that_the_pages_made_take_what_a_file_says(record: Record, tmp_path: Path) -> None:
    trade = TradeTerms(
        skus=(SkuDraft(code="红", values=(("颜色", "红"),), stock=9), SkuDraft(code="蓝", values=(("颜色", "蓝"),))),
        mixed_batch=True,
    )
    record.publish_offer(draft=draft("o-1", tiers=ladder((1, 100))), trade=trade, request=ADMIN)
    assert counts(table(record, tmp_path, "offer_id,sku_code,stock\no-1,红,4\n").progress) == (1, 0, 1, 0, 0)
    assert skus(record, "o-1") == {"红": (4, False), "蓝": (None, False)}
    assert rows(record, "SELECT mixed_batch FROM offer_terms") in ([(True,)], [(1,)])


def test_a_code_that_is_new_needs_its_values(record: Record, tmp_path: Path) -> None:
    imported(record, tmp_path, SHIRT)
    said = {**SHIRT, "skus": [{"code": "B-M", "values": {"颜色": "蓝", "尺码": "M"}, "stock": 5}]}
    assert counts(imported(record, tmp_path, said).progress) == (1, 0, 1, 0, 0)
    assert skus(record) == {"R-M": (40, False), "R-L": (25, False), "B-M": (5, False)}
    assert record.offers.offer("shirt").offer.stock == 70


@pytest.mark.parametrize(
    ("row", "code", "parameter"),
    [
        ({"offer_id": "shirt", "sku_code": "X", "stock": 1}, "sku_unknown", "skus.0.code"),
        ({"offer_id": "gone", "sku_code": "R-M", "stock": 1}, "offer_not_found", "offer_id"),
        ({"offer_id": "shirt", "sku_code": "R-M"}, "invalid", "stock"),
        ({"offer_id": "shirt", "sku_code": "R-M", "stock": 1, "brand": "甲"}, "invalid", "brand"),
        ({"offer_id": "shirt", "sku_code": "R-M", "stock": 1, "属性.材质": "棉"}, "invalid", "attributes"),
        ({"offer_id": "shirt", "sku_code": "R-M", "stock": 1, "供应商": "甲厂"}, "invalid", "supplier_name"),
        ({"offer_id": "shirt", "sku_code": "R-M", "stock": -1}, "invalid", "skus.0.stock"),
        ({"offer_id": "shirt", "sku_code": "R-M", "price_yuan": "99"}, "invalid", "tiers"),  # 12 is no more
        ({"offer_id": "a b", "sku_code": "R-M", "stock": 1}, "invalid", "offer_id"),
        ({**SHIRT, "stock": 9}, "stock_by_sku", "stock"),
        ({"offer_id": "shirt", "title": "纯棉T恤 新款", "stock": 9}, "stock_by_sku", "stock"),
        ({**SHIRT, "skus": []}, "invalid", "skus"),
        ({**SHIRT, "skus": "x"}, "invalid", "skus"),
        ({**SHIRT, "skus": [7]}, "invalid", "skus.0"),
        ({**SHIRT, "skus": [{"stock": 7}]}, "invalid", "skus.0.code"),
        ({**SHIRT, "skus": [{"code": "R-M", "colour": 7}]}, "invalid", "skus.0"),
        ({**SHIRT, "skus": [{"code": "R-M", "stock": "many"}]}, "invalid", "skus.0.stock"),
        ({**SHIRT, "skus": [{"code": "R-M", "values": "红"}]}, "invalid", "skus.0.values"),
        ({**SHIRT, "skus": [{"code": "R-M"}, {"code": "R-M"}]}, "invalid", "skus"),
        ({**SHIRT, "skus": [{"code": "B-M", "values": {"尺寸": "M"}}]}, "invalid", "skus.2.values"),
        ({**SHIRT, "skus": [{"code": "B-M", "values": {"颜色": "枪支", "尺码": "M"}}]}, "prohibited_word", None),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason_and_nothing_is_done(
    record: Record, tmp_path: Path, row: dict[str, object], code: str, parameter: str | None
) -> None:
    imported(record, tmp_path, SHIRT)
    before = (skus(record), record.offers.offer("shirt").offer, record.changes.latest())
    path = write_lines(tmp_path / "b.jsonl", [row])
    report = record.import_file(path)
    assert report.progress.rejected == 1
    (refused,) = rejects(path)
    assert (refused["code"], refused["line"]) == (code, 1)
    assert parameter is None or refused["parameter"] == parameter
    assert (skus(record), record.offers.offer("shirt").offer, record.changes.latest()) == before


def test_an_offer_that_was_taken_down_takes_no_stock(record: Record, tmp_path: Path) -> None:
    imported(record, tmp_path, SHIRT)
    record.takedown_offer(offer_id="shirt", reason="核查", request=ADMIN)
    report = imported(record, tmp_path, {"offer_id": "shirt", "sku_code": "R-M", "stock": 1})
    assert report.progress.rejected == 1
    assert skus(record)["R-M"] == (40, False)


def test_an_offer_that_was_its_own_one_sku_gets_several(record: Record, tmp_path: Path) -> None:
    imported(record, tmp_path, {"offer_id": "shirt", "title": "纯棉T恤", "moq": 10, "price_yuan": 12, "stock": 99})
    assert counts(imported(record, tmp_path, SHIRT).progress) == (1, 0, 1, 0, 0)
    assert skus(record)["R-M"] == (40, False)
    assert skus(record)[""] == (None, True)  # no longer stated, and kept for the orders that name it
    assert record.offers.offer("shirt").offer.stock == 65
    assert record.offers.offer("shirt").offer.version == 2
