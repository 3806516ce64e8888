from __future__ import annotations

import pytest

from text_analysis.analyzer import Analyzer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500ml", ["500ml"]),
        ("1.5升", ["1500ml"]),
        ("1.5L", ["1500ml"]),
        ("10000毫安", ["10000mah"]),
        ("10000mAh", ["10000mah"]),
        ("10安时", ["10000mah"]),
        ("两公斤", ["2000g"]),
        ("5斤", ["2500g"]),
        ("十二支装", ["12支"]),
        ("一箱12瓶", ["1箱", "12瓶"]),
        ("5-10cm", ["50mm", "100mm"]),
        ("8丝", ["80um"]),
        ("二十四色", ["24色"]),
        ("64GB", ["64g"]),
        ("三层", ["3层"]),
    ],
)
def test_a_measure_has_one_canonical_token(analyzer: Analyzer, text: str, expected: list[str]) -> None:
    query = analyzer.query(f"杯子 {text} 好看")
    assert [quantity.text for quantity in query.quantities] == expected
    assert set(expected) <= set(analyzer.document(text).coverage.split())


@pytest.mark.parametrize("text", ["M8x30", "M8*30", "M8×30", "m8 x 30", "Ｍ８×３０mm"])
def test_a_thread_is_one_token_however_it_is_written(analyzer: Analyzer, text: str) -> None:
    assert "m8x30" in analyzer.document(f"螺丝 {text}").coverage.split()
    assert [word.text for word in analyzer.query(f"螺丝 {text}").words] == ["螺丝", "m8x30"]


@pytest.mark.parametrize("text", ["30*40cm", "30x40厘米", "300×400mm", "30cm*40cm"])
def test_sizes_agree_across_units(analyzer: Analyzer, text: str) -> None:
    assert "300x400mm" in analyzer.document(f"袋 {text}").coverage.split()


@pytest.mark.parametrize("text", ["一次性手套", "三轮车", "千斤顶", "一体机", "米色上衣", "8升级", "第一件"])
def test_words_with_numerals_or_units_are_no_measures(analyzer: Analyzer, text: str) -> None:
    assert analyzer.query(f"{text} 好看").quantities == ()


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("iPhone15手机壳", "iphone 15 手机壳"),
        ("iPhone 15 手机壳", "iphone15手机壳"),
        ("P40 Pro 手机壳", "p40pro手机壳"),
        ("P40Pro 手机壳", "p40 pro 手机壳"),
        ("Type-C数据线", "type c 数据线"),
        ("Type C 数据线", "typec数据线"),
        ("304不锈钢螺丝", "不锈钢 304"),
        ("USB3.0读卡器", "usb 读卡器"),
        ("HF-Y7 干衣机", "hfy7"),
    ],
)
def test_a_model_is_found_whole_and_split(analyzer: Analyzer, title: str, query: str) -> None:
    coverage = set(analyzer.document(title).coverage.split())
    for word in analyzer.query(query).words:
        assert set(word.characters) <= coverage, word.text
