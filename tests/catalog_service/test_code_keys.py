"""Beside every code lies what it is found by, whoever wrote it; an offer's SKUs are named by any spelling."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.adapters.sql.migrate import downgrade, upgrade
from catalog_service.domain.skus.restate import SkuAmbiguous, SkuPatch, SkuUnknown, patched
from catalog_service.domain.skus.values import SkuDraft, SkuValues, TradeTerms
from catalog_service.service import Record
from kernel.codes import fold_code
from kernel.errors import Invalid
from tests.catalog_service.house import ADMIN, draft, ladder, open_house, rows
from tests.catalog_service.test_import import counts, rejects, write_lines
from tests.catalog_service.test_import_skus import SHIRT, imported, skus

KEYS = {"skus": ("code", "barcode"), "offers": ("item_code", "barcode")}
RED, BLUE = (("颜色", "红"),), (("颜色", "蓝"),)


def kept(record: Record) -> dict[str, list[tuple[object, ...]]]:
    """By table the codes with their keys, which must be what the codes fold to."""
    found = {}
    for table, columns in KEYS.items():
        names = ", ".join(f"{column}, {column}_key" for column in columns)
        found[table] = rows(record, f"SELECT {names} FROM {table} ORDER BY 1, 2, 3")
        for one, one_key, other, other_key in found[table]:
            assert (one_key, other_key) == (fold_code(str(one)), fold_code(str(other)))
    return found


def keys_of(record: Record, table: str) -> set[object]:
    return {row[1] for row in kept(record)[table]}


def test_every_deed_that_writes_a_code_writes_its_key(record: Record, tmp_path: Path) -> None:
    tiers = ladder((1, 100))
    record.publish_offer(draft=draft("o-1", item_code="YG-M8×30", barcode="6901 2345"), request=ADMIN)
    assert kept(record)["offers"] == [("YG-M8×30", "ygm8x30", "6901 2345", "69012345")]
    assert keys_of(record, "skus") == {"ygm8x30"}  # the SKU that it is
    record.revise_offer(draft=draft("o-1", item_code="ＹＧ/9"), expected_version=None, request=ADMIN)
    assert keys_of(record, "offers") == {"yg9"}
    trade = TradeTerms(skus=(SkuDraft(code="T-1", values=RED, barcode="6-9"), SkuDraft(code="T-2", values=BLUE)))
    record.publish_offer(draft=draft("o-2", tiers=tiers, item_code="T.0"), trade=trade, request=ADMIN)
    assert keys_of(record, "skus") == {"ygm8x30", "t1", "t2"}
    trade = TradeTerms(skus=(SkuDraft(code="T-1", values=RED, barcode="7-7"), SkuDraft(code="T-3", values=BLUE)))
    record.revise_offer(
        draft=draft("o-2", tiers=tiers, item_code="T.5"), trade=trade, expected_version=None, request=ADMIN
    )
    assert {row[3] for row in kept(record)["skus"]} == {"69012345", "", "77"}
    assert (keys_of(record, "offers"), keys_of(record, "skus")) == ({"yg9", "t5"}, {"ygm8x30", "t1", "t2", "t3"})
    imported(record, tmp_path, SHIRT, {"offer_id": "i-1", "title": "杯", "item_code": "BEI 7"})
    imported(record, tmp_path, {"offer_id": "i-1", "title": "杯", "item_code": "BEI-8"})
    assert keys_of(record, "offers") == {"yg9", "t5", "", "bei8"}
    assert {"rm", "rl"} <= keys_of(record, "skus")


def test_codes_that_were_there_before_are_folded_in_batches(empty_home: Path, tmp_path: Path) -> None:
    listings = [
        {**SHIRT, "offer_id": f"o-{number}", "item_code": f"T-{number}", "barcode": f"69-{number}",
         "skus": [{"code": f"Ｒ－{number}", "values": {"颜色": "红"}, "barcode": f"7 {number}"}]}
        for number in range(2_001)
    ]  # fmt: skip
    with closing(open_house(empty_home)) as record:
        record.import_file(write_lines(tmp_path / "a.jsonl", [*listings, {"offer_id": "bare", "title": "杯"}]))
        record.withdraw_offer(offer_id="o-7", expected_version=None, request=ADMIN)
        before = kept(record)
        assert (len(before["skus"]), len(before["offers"])) == (2_002, 2_002)
        downgrade(record.engine, target="0009")
        names = {name for (name,) in rows(record, INDEXES[record.engine.dialect.name])}
        assert ("ix_skus_code" in names, "ix_skus_code_key" in names) == (True, False)
        upgrade(record.engine, target="head")
        assert kept(record) == before


INDEXES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()",
}


def two(one: str, other: str) -> tuple[SkuDraft, ...]:
    return SkuDraft(code=one, values=RED), SkuDraft(code=other, values=BLUE)


@pytest.mark.parametrize("code", ["R-M", "rm", "ｒ．ｍ", "R M", "r_m"])
def test_a_file_names_a_sku_by_any_spelling_of_its_code(record: Record, tmp_path: Path, code: str) -> None:
    imported(record, tmp_path, SHIRT)
    report = imported(record, tmp_path, {"offer_id": "shirt", "sku_code": code, "stock": 7})
    assert counts(report.progress)[:3] == (1, 0, 1), report.samples
    assert skus(record) == {"R-M": (7, False), "R-L": (25, False)}


@pytest.mark.parametrize(
    ("known", "code", "meant"),
    [
        (("T-1-R", "T1R"), "T1R", "T1R"), (("T-1-R", "T1R"), "T-1-R", "T-1-R"), (("T-1-R", "B"), "t1r", "T-1-R"),
        (("T-1-R", "T1R"), "t1r", SkuAmbiguous), (("D-15", "B"), "D1.5", SkuAmbiguous), (("R", "B"), "C", SkuUnknown),
        (("R", "B"), "--", SkuUnknown),
    ],
)  # fmt: skip
def test_one_sku_is_meant_or_none(known: tuple[str, str], code: str, meant: str | type[Invalid]) -> None:
    patch = SkuPatch(code=code, stock=5)
    if isinstance(meant, str):
        stands = {sku.code: sku.stock for sku in patched(two(*known), [patch])}
        assert stands == {**dict.fromkeys(known), meant: 5}
        return
    with pytest.raises(meant) as refused:
        patched(two(*known), [patch])
    assert refused.value.parameter == "skus.0.code"
    if meant is SkuAmbiguous:
        assert refused.value.detail == {"alike": [each for each in known if each != "B"]}


@pytest.mark.parametrize(("values", "codes"), [(RED, ["T-1", "B"]), ((("颜色", "绿"),), ["T-1", "B", "T1"])])
def test_values_tell_another_spelling_from_a_new_sku(values: SkuValues, codes: list[str]) -> None:
    found = patched(two("T-1", "B"), [SkuPatch(code="T1", values=values, stock=3)])
    assert [sku.code for sku in found] == codes
    assert [sku.stock for sku in found if sku.values == values] == [3]


def test_two_spellings_of_one_code_in_one_row_are_refused(record: Record, tmp_path: Path) -> None:
    imported(record, tmp_path, SHIRT)
    path = write_lines(
        tmp_path / "b.jsonl", [{**SHIRT, "skus": [{"code": "R-M", "stock": 1}, {"code": "RM", "stock": 2}]}]
    )
    assert record.import_file(path).progress.rejected == 1
    assert [(each["code"], each["parameter"]) for each in rejects(path)] == [("invalid", "skus.1.code")]
    assert skus(record)["R-M"] == (40, False)


def stated(record: Record, *codes: tuple[str, SkuValues]) -> dict[str, str]:
    """The offer's SKUs that are not retired, after it states these: ids by code."""
    trade = TradeTerms(skus=tuple(SkuDraft(code=code, values=values) for code, values in codes))
    content = draft("o-1", tiers=ladder((1, 100)))
    if rows(record, "SELECT 1 FROM offers"):
        record.revise_offer(draft=content, trade=trade, expected_version=None, request=ADMIN)
    else:
        record.publish_offer(draft=content, trade=trade, request=ADMIN)
    return {view.sku.code: view.sku.sku_id for view in record.offers.offer("o-1").skus if not view.sku.retired}


def test_a_code_that_comes_to_be_spelt_otherwise_is_the_same_sku(record: Record) -> None:
    before = stated(record, ("T-1-R", RED), ("T-1-B", BLUE))
    after = stated(record, ("T1R", RED), ("T-1-B", BLUE))
    assert after == {"T1R": before["T-1-R"], "T-1-B": before["T-1-B"]}
    assert len(rows(record, "SELECT 1 FROM skus")) == 2
    # Another thing under another spelling is another SKU; so is one beside the spelling that stays.
    third = stated(record, ("T-1-R", (("颜色", "绿"),)), ("T-1-B", BLUE))
    assert third["T-1-R"] not in before.values()
    both = stated(record, ("T-1-B", BLUE), ("T1B", RED))
    assert both["T-1-B"] == before["T-1-B"]
    assert both["T1B"] not in {*before.values(), *third.values()}


def test_the_keys_take_what_any_code_may_be(record: Record) -> None:
    """The longest one of characters that unfold furthest is within what an index of PostgreSQL takes."""
    code = "ﷺ" * 64
    record.publish_offer(
        draft=draft("o-1", tiers=ladder((1, 100)), item_code=code[:40]),
        trade=TradeTerms(
            skus=(SkuDraft(code=code, values=RED, barcode=code), SkuDraft(code="\U00020000" * 64, values=BLUE))
        ),
        request=ADMIN,
    )
    assert json.dumps(kept(record))
