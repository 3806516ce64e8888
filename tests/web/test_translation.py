"""Finished Chinese sentences to English: what fits, what wins, and what is left as it is."""

from __future__ import annotations

import time

import pytest

from web.translation import MESSAGE_CHARACTERS_MAX, Shape, Translation, told, told_facts

TRANSLATION = Translation(
    {
        "没有编号为 {offer_id} 的商品": "There is no offer {offer_id}",
        "没有编号为 {offer_id} 的商品，或已下架": "There is no offer {offer_id}, or it was withdrawn",
        "“{title}”不发往{region}": "“{title}” is not delivered to {region}",
        "{label}必须在 {low} 到 {high} 之间": "{label} must be between {low} and {high}",
        "{parameter}：{reason}": "{parameter}: {reason}",
        "{name} 已付": "{name} was paid",
        "现在可以：{can}": "possible now: {can}",
        "{name}：新加入 {quantity}{unit}": "{name}: {quantity} {unit} added",
        "参数不对{hint}": "Wrong parameter{hint}",
        "，是不是 {near}？": "; did you mean {near}?",
        "还没有英文 {name}": "",
        "{each}须整包": "{each} whole packs",
        "已下架": "withdrawn",
        "满 {fen} 元": "{fen} yuan",
        "{pieces} 件": "{pieces} pcs",
        "须{asked}": "needs {asked}",
        "库存": "stock",
        "浙江": "Zhejiang",
        "付款": "payment",
        "取消": "cancelling",
        "必须是整数": "must be a whole number",
        "件": "pcs",
    }
)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("没有编号为 o-1 的商品", "There is no offer o-1"),
        ("没有编号为 o-1 的商品，或已下架", "There is no offer o-1, or it was withdrawn"),
        ("库存必须在 0 到 9 之间", "Stock must be between 0 and 9"),
        ("“库存”不发往浙江", "“库存” is not delivered to Zhejiang"),
        ("“水杯”不发往火星", "“水杯” is not delivered to 火星"),
        ("lines.0.quantity：必须是整数", "lines.0.quantity: must be a whole number"),
        ("count：库存必须在 0 到 9 之间", "count: stock must be between 0 and 9"),
        ("必须是整数", "Must be a whole number"),
        ("limit 已付", "limit was paid"),
        ("现在可以：付款、取消", "Possible now: payment, cancelling"),
        ("现在可以：付款、飞", "Possible now: 付款、飞"),
        ("现在可以：pay、cancel", "Possible now: pay, cancel"),
        ("须5 件或满 3 元", "Needs 5 pcs or 3 yuan"),
        ("5 件，满 3 元", "5 pcs, 3 yuan"),
        ("须5 件 或 满 3 元", "Needs 5 pcs or 3 yuan"),
        ("快递：新加入 5件", "快递: 5 pcs added"),
        ("参数不对", "Wrong parameter"),
        ("参数不对，是不是 size？", "Wrong parameter; did you mean size?"),
        ("须整包", "Whole packs"),
        (" 没有这样的话", " 没有这样的话"),
        ("还没有英文 x", "还没有英文 x"),
        ("plain ASCII: no", "plain ASCII: no"),
        ("", ""),
    ],
)
def test_a_sentence_is_told_with_its_values(chinese: str, english: str) -> None:
    assert TRANSLATION.of(chinese) == english


def test_chinese_readers_get_the_sentence_itself() -> None:
    assert told("请先登录", "zh") == "请先登录"
    assert told("请先登录", "en") == "Please sign in first"


def test_values_are_as_short_as_can_be_and_may_be_empty() -> None:
    shape = Shape.of("订单 {order_id} 已付款")
    assert shape.values("订单 7 已付款") == ("7",)
    assert shape.values("订单  已付款") == ("",)
    assert shape.values("订单 已付款") is None  # the two ends overlap
    assert Shape.of("{a}：{b}").values("x：y：z") == ("x", "y：z")


def test_sentences_among_facts_are_told_and_figures_are_not() -> None:
    facts = {
        "known": ["浙江"],
        "state": "取消",
        "problems": [{"code": "x", "message": "请先登录", "sku_id": "库存"}],
        "lines": ({"reason": "没有这个商品", "left": 3},),
    }
    assert told_facts(facts, "en") == {
        "known": ["浙江"],
        "state": "取消",
        "problems": [{"code": "x", "message": "Please sign in first", "sku_id": "库存"}],
        "lines": [{"reason": "There is no such offer", "left": 3}],
    }


@pytest.mark.parametrize("part", ["，", "、或；", "：", "订单 ", "{", "”“", "必须在 0 到 "])
def test_no_text_that_somebody_writes_costs_much_time(part: str) -> None:
    hostile = (part * MESSAGE_CHARACTERS_MAX)[: MESSAGE_CHARACTERS_MAX - 1] + "字"
    told("请先登录", "en")  # the catalogue is read
    before = time.process_time()
    told(hostile, "en")
    assert time.process_time() - before < 0.2
    longer = hostile * 2
    assert told(longer, "en") == longer
