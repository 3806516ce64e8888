from __future__ import annotations

from pathlib import Path

import pytest

from catalog_service.domain.offers.prohibited import ProhibitedWord, ProhibitedWords, WordRule, read_rules
from catalog_service.service import Record
from tests.catalog_service.house import ADMIN, RULES, draft, rows
from text_analysis.normalise import normalise

LIST = Path(__file__).resolve().parents[2] / "data" / "prohibited_words.tsv"


@pytest.fixture(scope="module")
def words() -> ProhibitedWords:
    return ProhibitedWords(RULES, normaliser=normalise)


@pytest.fixture(scope="module")
def shipped() -> ProhibitedWords:
    with LIST.open(encoding="utf-8") as lines:
        return ProhibitedWords(read_rules(lines), normaliser=normalise)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("出售枪支", "枪支"),
        ("出售 枪 支 配件", "枪支"),
        ("枪-支", "枪支"),
        ("枪。支", "枪支"),
        ("槍支", "枪支"),
        ("枪\u200b支", "枪支"),
        ("现货Ｋ粉", "K粉"),
        ("k 粉批发", "K粉"),
        ("VIAGRA 进口", "viagra"),
        ("ｖｉａｇｒａ", "viagra"),
        ("手枪钻 送 手枪", "手枪"),
        ("玩具手枪和手枪", "手枪"),
    ],
)
def test_a_word_is_found_whatever_its_width_case_script_or_spacing(
    words: ProhibitedWords, text: str, word: str
) -> None:
    found = words.find(text)
    assert found is not None
    assert found.word == word


@pytest.mark.parametrize(
    "text", ["", "玩具枪", "充电手枪钻", "手枪钻 手枪钻", "玩具手枪", "pink粉色", "viagrand 酒店", "玩具枪支架", "水枪"]
)
def test_innocent_words_that_contain_one_pass(words: ProhibitedWords, text: str) -> None:
    assert words.find(text) is None


def test_the_refusal_names_word_kind_and_reason_and_the_field(record: Record) -> None:
    for field, stated in (
        ("title", {"title": "仿真枪 支"}),
        ("description", {"description": "送枪支"}),
        ("brand", {"brand": "枪支牌"}),
        ("attributes.用途", {"attributes": {"用途": ("枪支",)}}),
    ):
        with pytest.raises(ProhibitedWord) as caught:
            record.publish_offer(draft=draft(**stated), request=ADMIN)
        assert caught.value.parameter == field
        assert "枪支" in caught.value.message
        assert caught.value.detail == {"word": "枪支", "kind": "武器", "reason": "禁止网络销售"}
    assert rows(record, "SELECT count(*) FROM offers") == [(0,)]


def test_every_shipped_rule_has_a_reason_and_finds_its_own_word(shipped: ProhibitedWords) -> None:
    assert len(shipped.rules) > 150
    for rule in shipped.rules:
        found = shipped.find(f"现货 {rule.word} 批发")
        assert found is not None, rule.word
        assert rule.kind
        assert rule.reason


def test_every_innocent_phrase_contains_its_word_and_passes_that_rule(shipped: ProhibitedWords) -> None:
    for rule in shipped.rules:
        alone = ProhibitedWords([rule], normaliser=normalise)
        for phrase in rule.innocent:
            assert alone.squeeze(rule.word) in alone.squeeze(phrase), (rule.word, phrase)
            assert alone.find(phrase) is None, (rule.word, phrase)


@pytest.mark.parametrize(
    "title",
    ["儿童玩具枪 水枪 夏季戏水", "锂电手枪钻 12V", "加大 麻布 购物袋", "毛刷单头 工业", "收藏独山玉 摆件",
     "避雷管 防雷管", "筋膜枪支架", "气动吹尘气枪 除尘气枪", "种子弹性布", "宣传销售 海报架"],
)  # fmt: skip
def test_ordinary_listings_pass_the_shipped_list(shipped: ProhibitedWords, title: str) -> None:
    assert shipped.find(title) is None


def test_a_malformed_line_of_the_list_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_rules(["# 注释", "只有词"])
    assert read_rules(["枪支\t武器\t禁止\t玩具枪支架 枪支架"]) == (
        WordRule(word="枪支", kind="武器", reason="禁止", innocent=("玩具枪支架", "枪支架")),
    )
