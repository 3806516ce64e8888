from __future__ import annotations

import pytest

from text_analysis.analyzer import Analyzer


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("女包 10元以下", None, 1000),
        ("女包10块以内", None, 1000),
        ("不超过10元的女包", None, 1000),
        ("女包 5-10元", 500, 1000),
        ("女包 十到二十块钱", 1000, 2000),
        ("价格在10到20之间的女包", 1000, 2000),
        ("女包 100元以上", 10000, None),
        ("女包 10元左右", 800, 1200),
        ("女包 预算50", None, 5000),
        ("￥9.9 女包", None, 990),
        ("女包 10-5元", 500, 1000),
    ],
)
def test_a_price_phrase_is_read_and_taken_out(analyzer: Analyzer, text: str, low: int | None, high: int | None) -> None:
    query = analyzer.query(text)
    assert (query.price_min_fen, query.price_max_fen, query.text) == (low, high, "女包")


@pytest.mark.parametrize("text", ["十元店货源", "100元红包袋", "元宝蜡烛", "999999999999元 女包"])
def test_what_only_looks_like_a_price_stays(analyzer: Analyzer, text: str) -> None:
    query = analyzer.query(text)
    assert (query.price_min_fen, query.price_max_fen) == (None, None)


@pytest.mark.parametrize(
    ("text", "quantity", "rest"),
    [
        ("保温杯 50件起", 50, "保温杯"),
        ("保温杯 起订量100", 100, "保温杯"),
        ("一次性手套 食品级 1000只", 1000, "一次性手套 食品级"),
        ("垃圾袋5000个", 5000, "垃圾袋"),
        ("保温杯 采购 200个", 200, "保温杯"),
        ("矿泉水 一箱12瓶", None, "矿泉水 一箱12瓶"),
        ("女装 一件代发", None, "女装 一件代发"),
        ("中性笔 12支装", None, "中性笔 12支装"),
        ("养生茶40袋", None, "养生茶40袋"),
        ("纯棉四件套", None, "纯棉四件套"),
        ("1000只", None, "1000只"),
        ("p8668套", None, "p8668套"),
    ],
)
def test_a_quantity_asked_for_is_told_from_a_pack(
    analyzer: Analyzer, text: str, quantity: int | None, rest: str
) -> None:
    query = analyzer.query(text)
    assert (query.quantity, query.text) == (quantity, rest)
