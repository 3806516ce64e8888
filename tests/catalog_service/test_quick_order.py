"""Quick order over the record, on both databases: what every line means and costs, and what goes into the cart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.adapters.sql.sku_codes import LOOKED_MAX, SIZES
from catalog_service.domain.carts.pasted import AskedLine, read_pasted
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.prices.terms import SupplierTerms
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.service import Record
from catalog_service.use_cases.carts.find_goods import ALTERNATIVES_MAX
from catalog_service.use_cases.carts.quick_order import AnsweredLine, look_up
from tests.catalog_service.house import ADMIN, draft, ladder, rows
from text_analysis.normalise import normalise_code

MINE = "m:c-1:u"
STEPS = ladder((10, 1000), (100, 900))


@dataclass
class RowCodes:
    """The code index, by looking through every row."""

    record: Record

    def offers_with(self, codes: Collection[str]) -> Sequence[str]:
        wanted = {normalise_code(code) for code in codes}
        listed = rows(self.record, "SELECT offer_id, item_code, barcode FROM offers ORDER BY offer_id")
        return [offer_id for offer_id, *own in listed if wanted & {normalise_code(code) for code in own if code}]

    def normalise(self, code: str) -> str:
        return normalise_code(code)


@pytest.fixture
def shop(record: Record) -> Record:
    """A bolt by its code, a shirt of two colours, a mug whose code two suppliers use, and packs of ten."""
    for supplier_id in ("s-1", "s-2"):
        record.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name=supplier_id), request=ADMIN)
    bolt = draft(
        "bolt", supplier_id="s-1", moq=10, tiers=STEPS, item_code="YG-M8-30", barcode="6901234567892", stock=500
    )
    record.publish_offer(draft=bolt, request=ADMIN)
    shirt = draft("shirt", "纯棉T恤", supplier_id="s-1", moq=10, tiers=STEPS, item_code="T-1", unit="件")
    skus = (
        SkuDraft(code="T-1-R", values=(("颜色", "红"), ("尺码", "M")), stock=50, barcode="6900000000017"),
        SkuDraft(code="T-1-B", values=(("颜色", "蓝"), ("尺码", "M")), stock=5),
    )
    record.publish_offer(draft=shirt, trade=TradeTerms(skus=skus), request=ADMIN)
    for supplier_id in ("s-1", "s-2"):
        mug = draft(f"mug-{supplier_id}", "马克杯", supplier_id=supplier_id, tiers=ladder((1, 500)), item_code="MUG")
        record.publish_offer(draft=mug, request=ADMIN)
    packs = draft(
        "packs", "整包螺母", supplier_id="s-2", tiers=ladder((1, 30)), item_code="NUT", pack_multiple=10, unit="个"
    )
    record.publish_offer(draft=packs, request=ADMIN)
    return record


def sku_of(record: Record, code: str) -> str:
    return str(rows(record, f"SELECT sku_id FROM skus WHERE code = '{code}'")[0][0])


def answered(record: Record, text: str, *, owner: str = MINE, company: str = "c-1") -> list[AnsweredLine]:
    lines, codes = read_pasted(text), RowCodes(record)
    return list(record.carts.quick_lines(owner, lines, look_up(lines, codes), company_id=company, codes=codes))


def sku_of_offer(record: Record, offer_id: str, code: str) -> str:
    return str(rows(record, f"SELECT sku_id FROM skus WHERE offer_id = '{offer_id}' AND code = '{code}'")[0][0])


def told(record: Record, text: str, **more: str) -> list[tuple[Any, ...]]:
    return [(str(each.outcome), each.goods.sku_id if each.goods else "", each.unit_fen, each.amount_fen)
            for each in answered(record, text, **more)]  # fmt: skip


_keys = itertools.count()


def add(record: Record, text: str, *, key: str = "", owner: str = MINE) -> dict[str, Any]:
    request = DeedRequest(actor="u", key=key or f"quick-{next(_keys)}", fingerprint=text)
    receipt = record.quick_order.add(
        owner=owner, lines=read_pasted(text), company_id="c-1", codes=RowCodes(record), request=request
    )
    return {**receipt.facts, "replayed": receipt.replayed}


def lies(record: Record, owner: str = MINE) -> dict[str, int]:
    return {line.sku_id: line.quantity for line in record.carts.lines(owner)}


def test_every_way_of_naming_a_thing_finds_it_at_its_price(shop: Record) -> None:
    red = sku_of(shop, "T-1-R")
    text = (
        f"YG-M8-30\t10\n6901234567892\t20\nyg m8 30\t30\nbolt\t40\n{red}\t10\nT-1\tT-1-R\t10\nT-1\t红/M\t10\nT-1 红M 10"
    )
    assert told(shop, text) == [
        ("found", "bolt", 900, 9_000), ("found", "bolt", 900, 18_000), ("found", "bolt", 900, 27_000),
        ("found", "bolt", 900, 36_000), *[("found", red, 1000, 10_000)] * 4,
    ]  # fmt: skip
    assert told(shop, "YG-M8-30\t10") == [("found", "bolt", 1000, 10_000)]  # alone it does not reach the second tier


def test_a_sku_is_found_by_its_own_code_and_barcode_alone(shop: Record) -> None:
    red = sku_of(shop, "T-1-R")
    text = "T-1-R\t4\n6900000000017\t4\nT-1-R\t纯棉T恤\t4\nT-1-R,红/M,4"
    assert told(shop, text) == [("found", red, 1000, 4_000)] * 4


SPELLINGS = ("T1R", "t-1-r", "ｔ－１－ｒ", "t.1/r", "T_1_R", "T 1 R", "T-1 R", "ｔ１ｒ", "T—1–R", "69-00000-00001 7")


@pytest.mark.parametrize("spelt", SPELLINGS)
@pytest.mark.parametrize("between", ["\t", " ", "\t纯棉T恤\t"])
def test_a_sku_is_found_under_every_spelling_of_its_code(shop: Record, spelt: str, between: str) -> None:
    (line,) = answered(shop, f"{spelt}{between}10")
    assert (str(line.outcome), line.goods and line.goods.code) == ("found", "T-1-R")
    own = "6900000000017" if spelt[0] == "6" else "T-1-R"
    assert line.message == f"按“{own}”找到"


@pytest.mark.parametrize("spelt", ["yg m8 30", "ＹＧＭ８３０", "YG_M8/30", "6901-234567-892"])
def test_an_offer_is_found_under_every_spelling_of_its_item_code(shop: Record, spelt: str) -> None:
    (line,) = answered(shop, f"{spelt}\t10")
    own = "6901234567892" if spelt[0] == "6" else "YG-M8-30"
    assert (str(line.outcome), line.goods and line.goods.sku_id, line.message) == ("found", "bolt", f"按“{own}”找到")


def named(line: AnsweredLine) -> tuple[str, list[str]]:
    return str(line.outcome), [each.code for each in ([line.goods] if line.goods else line.alternatives)]


def test_of_codes_that_are_spelt_alike_the_one_that_is_written_so_is_meant_else_all_are_told(shop: Record) -> None:
    shop.publish_offer(**colours("x-1", "T1R"))
    text = "T-1-R\t10\nT1R\t10\nt1r\t10\nt-1-r\t10"
    both = ("ambiguous", ["T-1-R", "T1R"])
    lines = answered(shop, text)
    assert [(outcome, sorted(codes)) for outcome, codes in map(named, lines)] == [
        ("found", ["T-1-R"]), ("found", ["T1R"]), both, both,
    ]  # fmt: skip
    assert [line.message for line in lines] == [
        "",
        "",
        *(f"“{code}”有 2 种货品，请选一种" for code in ("t1r", "t-1-r")),
    ]
    assert add(shop, text)["refused"] == "3:ambiguous,4:ambiguous"
    assert lies(shop) == {sku_of(shop, "T-1-R"): 10, sku_of(shop, "T1R"): 10}


def test_an_item_code_and_a_skus_code_that_are_spelt_alike_are_told_apart_alike(shop: Record) -> None:
    shop.publish_offer(**colours("x-1", "YGM8-30"))
    lines = answered(shop, "YG-M8-30\t10\nYGM8-30\t10\nyg-m8-30\t10")
    assert list(map(named, lines)) == [
        ("found", ["YG-M8-30"]), ("found", ["YGM8-30"]), ("ambiguous", ["YG-M8-30", "YGM8-30"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("own", "written"),
    [("D-15", "D1.5"), ("D1.5", "D15"), ("LZ-11-2", "LZ-1-12"), ("K1/2", "K-12"), ("AB-C9", "A-BC9")],
)
def test_a_spelling_that_may_be_of_another_code_is_asked_back(shop: Record, own: str, written: str) -> None:
    shop.publish_offer(**colours("x-1", own))
    (line,) = answered(shop, f"{written}\t10")
    assert named(line) == ("ambiguous", [own])
    assert line.message == f"没有在售的货正好写作“{written}”，只有写法相近的一种，请确认是不是它"
    assert add(shop, f"{written}\t10")["added"] == ""


def test_who_writes_a_code_that_was_sold_before_is_asked_whether_one_spelt_alike_is_meant(shop: Record) -> None:
    shop.publish_offer(**colours("x-1", "Q-7-L"))
    shop.publish_offer(**colours("x-2", "Q7L"))
    shop.withdraw_offer(offer_id="x-1", expected_version=None, request=ADMIN)
    lines = answered(shop, "Q-7-L\t10\nQ7L\t10\nq7l\t10")
    assert list(map(named, lines)) == [("ambiguous", ["Q7L"]), ("found", ["Q7L"]), ("found", ["Q7L"])]


def test_a_spelling_is_found_among_very_many_that_are_spelt_alike(shop: Record) -> None:
    for number in range(LOOKED_MAX + 1):
        shop.publish_offer(**colours(f"x-{number:02}", "红色-L"))
    shop.publish_offer(**colours("z-1", "红色L"))
    lines = answered(shop, "红色L\t10\n红色-L\t10\n红色 l\t10")
    assert named(lines[0]) == ("found", ["红色L"])
    assert ["很多货品" in line.message for line in lines[1:]] == [True, True]


def test_a_first_word_that_is_another_things_code_is_asked_back(shop: Record) -> None:
    shop.publish_offer(**colours("x-1", "W-5"))
    shop.publish_offer(**colours("x-2", "W-5-R"))
    (line,) = answered(shop, "W-5 R 10")
    assert (line.outcome, sorted(each.code for each in line.alternatives)) == ("ambiguous", ["W-5", "W-5-R"])


def test_a_size_with_a_point_in_it_is_no_other_size(shop: Record) -> None:
    skus = (SkuDraft(code="S-A", values=(("线径", "15mm"),)), SkuDraft(code="S-B", values=(("线径", "2mm"),)))
    wire = draft("wire", "线", supplier_id="s-2", tiers=ladder((1, 100)), item_code="WIRE")
    shop.publish_offer(draft=wire, trade=TradeTerms(skus=skus), request=ADMIN)
    lines = answered(shop, "WIRE\t1.5mm\t1\nWIRE\t15 MM\t1\nWIRE\t１５ｍｍ 红\t1")
    assert [named(line) for line in lines] == [("ambiguous", ["S-A", "S-B"]), ("found", ["S-A"]), ("found", ["S-A"])]


def test_a_code_that_is_written_in_double_width_or_with_a_blank_is_found_as_it_is_typed(shop: Record) -> None:
    skus = (SkuDraft(code="Ａ－１", values=(("颜色", "红"),)), SkuDraft(code="ab 2", values=(("颜色", "蓝"),)))
    wide = draft("wide", "别的货", supplier_id="s-2", tiers=ladder((1, 100)))
    shop.publish_offer(draft=wide, trade=TradeTerms(skus=skus), request=ADMIN)
    ids = [sku_id for (sku_id,) in rows(shop, "SELECT sku_id FROM skus WHERE offer_id = 'wide' ORDER BY position")]
    assert [each[1] for each in told(shop, "a-1\t1\nA-1\t1\nAB 2 1\nab 2\t1")] == [ids[0], ids[0], ids[1], ids[1]]


def test_a_code_beside_another_skus_values_is_asked_back(shop: Record) -> None:
    (line,) = answered(shop, "T-1-R\t蓝/M\t10")
    assert str(line.outcome) == "ambiguous"
    assert [each.sku_id for each in line.alternatives] == [sku_of(shop, "T-1-R"), sku_of(shop, "T-1-B")]


def colours(offer_id: str, code: str, *, supplier_id: str = "s-2") -> dict[str, Any]:
    """An offer whose first SKU has the code."""
    skus = (SkuDraft(code=code, values=(("颜色", "红"),)), SkuDraft(code=f"{offer_id}-B", values=(("颜色", "蓝"),)))
    goods = draft(offer_id, f"货 {offer_id}", supplier_id=supplier_id, tiers=ladder((1, 100)))
    return {"draft": goods, "trade": TradeTerms(skus=skus), "request": ADMIN}


def test_a_code_of_two_offers_is_asked_back_until_one_is_withdrawn(shop: Record) -> None:
    for offer_id in ("x-1", "x-2"):
        shop.publish_offer(**colours(offer_id, "红色-L"))
    (line,) = answered(shop, "红色-L\t5")
    assert (str(line.outcome), "2 种货品" in line.message) == ("ambiguous", True)
    assert {each.offer.offer_id for each in line.alternatives} == {"x-1", "x-2"}
    shop.withdraw_offer(offer_id="x-1", expected_version=None, request=ADMIN)
    assert told(shop, "红色-L\t5") == [("found", sku_of_offer(shop, "x-2", "红色-L"), 100, 500)]
    shop.revise_offer(**{**colours("x-2", "其他"), "expected_version": None})  # the code is retired with its SKU
    assert told(shop, "红色-L\t5")[0][0] == "not_found"


def test_an_item_code_that_is_a_skus_code_elsewhere_is_asked_back_and_a_spec_tells(shop: Record) -> None:
    shop.publish_offer(**colours("x-1", "T-1"))
    (line,) = answered(shop, "T-1\t10")
    assert {each.offer.offer_id for each in line.alternatives} == {"shirt", "x-1"}
    assert told(shop, "T-1\tT-1-R\t10")[0][:2] == ("found", sku_of(shop, "T-1-R"))


def test_a_code_of_very_many_names_nothing_and_hides_no_other(shop: Record) -> None:
    for number in range(LOOKED_MAX + 1):
        shop.publish_offer(**colours(f"x-{number}", "红色-L"))
    crowded, other = answered(shop, "红色-L\t5\nT-1-R\t10")
    assert (str(crowded.outcome), "很多货品" in crowded.message) == ("ambiguous", True)
    assert len({each.sku_id for each in crowded.alternatives}) == ALTERNATIVES_MAX
    assert str(other.outcome) == "found"
    for number in range(LOOKED_MAX + 1):
        shop.withdraw_offer(offer_id=f"x-{number}", expected_version=None, request=ADMIN)
    (gone,) = answered(shop, "红色-L\t5")  # who knows what is sold beyond those that were looked at
    assert (str(gone.outcome), gone.alternatives) == ("ambiguous", ())


def test_codes_are_looked_up_by_the_partial_indexes(shop: Record) -> None:
    plans: list[str] = []

    def explain(connection: sa.Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "UNION ALL" not in statement or statement.startswith("EXPLAIN"):
            return
        on_sqlite = connection.dialect.name == "sqlite"
        if not on_sqlite:  # a table of five rows is read whole; an index whose condition is not met is never read
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        found = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if on_sqlite else ''}{statement}", parameters)
        plans.append("\n".join(str(row[-1]) for row in found))

    sa.event.listen(shop.engine, "before_cursor_execute", explain)
    answered(shop, "T-1-R\t10\n红色-L\t5")
    (plan,) = plans
    assert (plan.count("ix_skus_code_key"), plan.count("ix_skus_barcode_key")) == (SIZES[0], SIZES[0])
    assert not re.search(r"SCAN skus\b|Seq Scan on skus", plan)


def test_every_line_that_cannot_be_ordered_says_why(shop: Record) -> None:
    blue = sku_of(shop, "T-1-B")
    answers = answered(
        shop,
        f"T-1\t10\nMUG\t5\nnobody\t1\nYG-M8-30\t9\nNUT\t15\n{blue}\t10\nNUT\t20箱\nYG-M8-30\nT-1\t绿\t10\n货号\t数量",
    )
    assert [str(each.outcome) for each in answers] == [
        "ambiguous", "ambiguous", "not_found", "below_moq", "not_the_pack_multiple", "out_of_stock", "unit_differs",
        "unreadable", "ambiguous", "heading",
    ]  # fmt: skip
    assert {each.sku_id for each in answers[0].alternatives} == {sku_of(shop, "T-1-R"), blue}
    assert {each.offer.offer_id for each in answers[1].alternatives} == {"mug-s-1", "mug-s-2"}
    assert [answers[place].facts for place in (3, 4, 5)] == [
        {"quantity": 9, "moq": 10, "missing": 1},
        {"quantity": 15, "pack_multiple": 10, "below": 10, "above": 20},
        {"wanted": 10, "available": 5},
    ]
    assert "没有“绿”这种规格" in answers[8].message
    assert all(each.message for each in answers)


def test_the_good_lines_go_in_by_one_deed_and_a_replay_adds_nothing(shop: Record) -> None:
    text = "YG-M8-30\t10\nnobody\t1\nNUT\t20\nNUT\t15"
    first = add(shop, text, key="k")
    # The two lines of nuts are one SKU: 35 is no multiple of ten, so neither is good.
    assert (first["added"], first["refused"]) == ("1", "2:not_found,3:not_the_pack_multiple,4:not_the_pack_multiple")
    assert lies(shop) == {"bolt": 10}
    assert add(shop, text, key="k") == {**first, "replayed": True}
    assert lies(shop) == {"bolt": 10}
    assert add(shop, "nobody\t1") == {"lines": 1, "added": "", "refused": "1:not_found", "replayed": False}


def test_the_same_thing_on_two_lines_is_added_up(shop: Record) -> None:
    assert told(shop, "YG-M8-30\t60\nbolt\t40") == [("found", "bolt", 900, 54_000), ("found", "bolt", 900, 36_000)]
    add(shop, "YG-M8-30\t60\nbolt\t40")
    assert lies(shop) == {"bolt": 100}


def test_lines_are_held_against_what_lies_in_the_cart(shop: Record) -> None:
    shop.keep_cart.add(owner=MINE, wanted=[Wanted(sku_id="bolt", quantity=95)], request=ADMIN)
    assert told(shop, "YG-M8-30\t5") == [("found", "bolt", 900, 4_500)]  # 100 together
    assert [each[0] for each in told(shop, "YG-M8-30\t406")] == ["out_of_stock"]
    shop.keep_cart.save(owner=MINE, sku_ids=["bolt"], saved=True, request=ADMIN)
    assert told(shop, f"{sku_of(shop, 'T-1-R')}\t10")[0][2] == 1000  # what is kept for later counts for nothing else


def test_a_line_that_loses_its_companion_is_told_too(shop: Record) -> None:
    """Six red and six blue are twelve, but blue has five: red alone is below the minimum."""
    red, blue = sku_of(shop, "T-1-R"), sku_of(shop, "T-1-B")
    assert [each[0] for each in told(shop, f"{red}\t6\n{blue}\t6")] == ["below_moq", "out_of_stock"]
    assert [each[0] for each in told(shop, f"{red}\t6\n{blue}\t4")] == ["found", "found"]


def test_a_mixed_batch_that_more_can_fulfil_keeps_nothing_out(shop: Record) -> None:
    terms = SupplierTerms(supplier_id="s-1", mixed_pieces_min=20)
    shop.set_supplier_terms(terms=terms, expected_version=None, request=ADMIN)
    cap = draft("cap", "帽子", supplier_id="s-1", moq=10, tiers=STEPS, item_code="CAP")
    shop.publish_offer(draft=cap, trade=TradeTerms(mixed_batch=True), request=ADMIN)
    (line,) = answered(shop, "CAP\t5")
    assert (str(line.outcome), "混批须满 20 件" in line.unmet) == ("found", True)
    assert add(shop, "CAP\t5")["added"] == "1"


def test_a_cart_is_filled_to_its_bounds_and_the_rest_is_told(shop: Record) -> None:
    skus = tuple(SkuDraft(code=f"C{n:03}", values=(("颜色", f"色{n}"),)) for n in range(60))
    many = draft("many", "六十色", supplier_id="s-1", tiers=ladder((1, 100)))
    shop.publish_offer(draft=many, trade=TradeTerms(skus=skus), request=ADMIN)
    ids = [sku_id for (sku_id,) in rows(shop, "SELECT sku_id FROM skus WHERE offer_id = 'many' ORDER BY position")]
    said = add(shop, "\n".join(f"{sku_id} 1" for sku_id in ids))
    assert said["added"] == ",".join(map(str, range(1, 51)))
    assert said["refused"].split(",")[0] == "51:cart_full"
    assert len(lies(shop)) == 50


def test_what_is_withdrawn_or_nobodys_is_not_found(shop: Record) -> None:
    shop.withdraw_offer(offer_id="bolt", expected_version=None, request=ADMIN)
    shop.publish_offer(draft=draft("free", "没有供应商", tiers=STEPS), request=ADMIN)
    assert [each[0] for each in told(shop, "YG-M8-30\t10\nbolt\t10\nfree\t10")] == ["not_found"] * 3


def test_a_price_on_request_cannot_be_ordered(shop: Record) -> None:
    shop.publish_offer(draft=draft("asked", "面议货", supplier_id="s-1", item_code="ASK"), request=ADMIN)
    (line,) = answered(shop, "ASK\t10")
    assert (str(line.outcome), line.unit_fen) == ("not_tradable", None)


def test_a_private_price_is_what_the_line_costs_and_what_the_cart_previews(shop: Record) -> None:
    group = shop.keep_groups.create(seller="s-1", name="老客户", rate_bp=9_000, request=ADMIN).subject_id
    shop.keep_groups.set_members(seller="s-1", group_id=group, company_ids=["c-1"], expected_version=1, request=ADMIN)
    assert told(shop, "YG-M8-30\t100") == [("found", "bolt", 810, 81_000)]
    add(shop, "YG-M8-30\t100")
    (part,) = shop.carts.parts(MINE, company_id="c-1", region="")
    assert part.priced is not None
    assert part.priced.order.goods_fen == 81_000


def test_nothing_asks_the_index_for_nothing(shop: Record) -> None:
    class Refusing(RowCodes):
        def offers_with(self, codes: Collection[str]) -> Sequence[str]:
            raise AssertionError("asked for nothing")

    assert look_up([AskedLine(number=1, wrong="看不懂"), AskedLine(number=2, heading=True)], Refusing(shop)) == ()
