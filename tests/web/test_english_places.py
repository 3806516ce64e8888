"""Places in English: provinces and cities by a table, smaller ones spelt, and what is no place left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.domain.companies.address import PROVINCES
from tests.languages import HAN
from web.places import TABLE, places, told_city, told_place
from web.translation import english, told

TOLD = {
    "浙江 杭州": "Hangzhou, Zhejiang",
    "浙江省杭州市": "Hangzhou, Zhejiang",
    "浙江/义乌市": "Yiwu, Zhejiang",
    "浙江金华市 义乌": "Yiwu, Jinhua, Zhejiang",
    "广东 东莞市 虎门镇": "Humen, Dongguan, Guangdong",
    "北京 北京市": "Beijing",
    "吉林 吉林市": "Jilin",
    "重庆市渝北区": "Yubei, Chongqing",
    "上海市 浦东新区": "Pudong New Area, Shanghai",
    "内蒙古呼和浩特市": "Hohhot, Inner Mongolia",
    "西藏自治区拉萨市": "Lhasa, Tibet",
    "广西壮族自治区 南宁": "Nanning, Guangxi",
    "新疆 伊犁哈萨克自治州 霍尔果斯市": "Khorgos, Ili, Xinjiang",
    "云南 大理白族自治州": "Dali, Yunnan",
    "青海 门源回族自治县": "Menyuan, Qinghai",
    "黑龙江 哈尔滨": "Harbin, Heilongjiang",
    "陕西 西安": "Xi'an, Shaanxi",
    "山西 吕梁": "Lüliang, Shanxi",
    "河南 漯河": "Luohe, Henan",  # pypinyin alone says Tahe
    "山东 单县": "Shanxian, Shandong",
    "四川 成都市 郫都区": "Pidu, Chengdu, Sichuan",  # and Pidou
    "山西 长治市": "Changzhi, Shanxi",  # and Zhangzhi
    "香港 九龙": "Kowloon, Hong Kong",
    "义乌": "Yiwu",
    "乐清市": "Yueqing",
    "山西省": "Shanxi",
    "浙江 Hangzhou": "Hangzhou, Zhejiang",
}


@pytest.mark.parametrize("place", TOLD)
def test_a_place_is_told_from_the_smallest_to_the_largest(place: str) -> None:
    assert (told_place(place, "en"), told_place(place, "zh")) == (TOLD[place], place)


@pytest.mark.parametrize(
    "text",
    ["", " ", "全国多仓", "浙江发货", "江浙沪", "北京路18号", "浙江省市场", "Hangzhou", "浙江 " + "很" * 200, "红色"],
)
def test_what_is_no_place_is_left_as_it_is(text: str) -> None:
    assert told_place(text, "en") == text


def test_where_the_name_of_a_place_stands_by_itself_it_is_spelt_whatever_it_is() -> None:
    assert [told_city(name, "en") for name in ("安吉县", "织里镇", "金华市", "绿春县", "A区1号")] == [
        "Anji", "Zhili", "Jinhua", "Lüchun", "A区1号",
    ]  # fmt: skip
    assert told_city("安吉县", "zh") == "安吉县"


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12))
def test_no_name_is_too_rare_to_be_spelt(name: str) -> None:
    assert told_city(name, "en")
    assert told_place(f"浙江 {name}", "en").endswith("Zhejiang")


def test_a_sentence_tells_a_place_in_it_and_keeps_what_somebody_wrote() -> None:
    assert told("浙江 杭州", "en") == "Hangzhou, Zhejiang"
    assert told("没有“浙江 杭州”这个角色", "en") == "There is no role “浙江 杭州”"
    assert told("义乌", "en") == "义乌"  # a name or a word as well: only where a place is meant


def test_the_provinces_are_the_records_and_are_called_as_in_sentences() -> None:
    assert set(places().provinces) == set(PROVINCES)
    assert {name: english().word(name) for name in PROVINCES} == places().provinces


def test_every_line_of_the_table_is_one_name_in_latin_letters() -> None:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    names = [tuple(line.split("\t")[:2]) for line in lines]
    assert len(names) == len(set(names)) > 700
    for line in lines:
        kind, place, said = line.split("\t")
        assert kind in ("province", "name", "reading"), line
        assert HAN.search(place), line
        assert re.fullmatch(r"[A-Za-zü' -]+", said), line
        assert said[0].isupper() is (kind != "reading"), line
