"""Whatever is typed gives a refusal that names the parameter, or a sound page."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.errors import Invalid, NotFound
from search_api.parameters import PARAMETERS, parse_search
from search_api.results import SearchResponse
from search_engine.schema import FLAGS
from tests.search_api.house import Shop, open_shop

AWKWARD = [
    "",
    " ",
    "\x00",
    "\x1b[31m",
    "\u202e杯水",
    "😀😀😀",
    "👨‍👩‍👧‍👦水杯",
    "連衣裙 夏季 女",
    "不銹鋼水杯",
    "ｆｕｌｌｗｉｄｔｈ　水杯",
    "title:水杯 AND (price:[1 TO 5] OR *:*)",
    '+水杯 -塑料 "不锈钢"~2^5',
    "水杯*?~",
    "\\",
    '"',
    "((((",
    "水杯 && || !",
    "'; DROP TABLE offers; --",
    "1' OR '1'='1",
    "%",
    "_",
    "%_%",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "NULL",
    "true",
    "-1",
    "0",
    "NaN",
    "1e999",
    "10元以下",
    "0元",
    "-5元以下",
    "99999999999999999999元以下",
    "50件起",
    "0件起",
    "不要",
    "不要 不要 不要",
    "不要水杯",
    "除了",
    "500ml",
    "M8x30",
    "M8×30×40×50",
    "水杯水杯水杯水杯" * 10,
    "a" * 200,
    "杯" * 200,
    "的 了 吗",
    "厂家直销 一件代发",
    "lianyiqun",
    "zhongguo xian",
    "ШАПКА",
    "ملابس",
    "ภาษาไทย",
    "\ud7ff",
    "\ufeff水杯",
    "水\u200b杯",
    "Ω≈ç√",
    "①②③",
    "㎡",
    "½",
    "一二三四五六七八九十元以上",
    "两百块左右的水杯",
]


@pytest.fixture(scope="module")
def still(known: dict[str, object]) -> Shop:
    return open_shop(known)


def sound(answer: SearchResponse) -> None:
    assert answer.total >= len(answer.hits)
    assert answer.legs["lexical"] + answer.legs["vector"] - answer.legs["both"] in (answer.total, 0)
    assert answer.took_ms >= 0
    for hit in answer.hits:
        assert "<script" not in hit.highlight
    for facet in answer.facets:
        assert all(value.count >= 0 for value in facet.values)
    orjson.dumps(answer)


@pytest.mark.parametrize("query", AWKWARD, ids=range(len(AWKWARD)))
def test_awkward_words_give_a_page(still: Shop, query: str) -> None:
    sound(still.search_service.search(parse_search([("q", query), ("explain", "true")])))


@pytest.mark.parametrize(
    "query", ["title:水杯 AND (price:[1 TO 5] OR *:*)", "'; DROP TABLE 水杯; --", "水\u200b杯", "\ufeff水杯"]
)
def test_syntax_of_other_systems_is_just_words(still: Shop, query: str) -> None:
    found = still.search_service.search(parse_search([("q", query)]))
    assert "cup1" in [hit.offer_id for hit in found.hits]


def test_traditional_and_full_width_are_the_same_words(still: Shop) -> None:
    plain = still.ids("不锈钢水杯 M8")
    assert still.ids("不鏽鋼水杯 Ｍ８") == plain


names = st.sampled_from([*(parameter.name for parameter in PARAMETERS), *FLAGS, "attr.material", "utm_x"]) | st.text(
    max_size=8
)
values = (
    st.text(max_size=60)
    | st.sampled_from(AWKWARD)
    | st.sampled_from(["true", "false", "10", "03", "price", "relevance", "浙江", "304不锈钢"])
    | st.integers(-(10**20), 10**20).map(str)
)
words = st.sampled_from(
    ["水杯", "不锈钢", "10元以下", "不要", "500ml", "M8x30", "手机壳", "lianyiqun", "100件", "女", "304"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(names, values), max_size=6))
def test_any_parameters_are_refused_by_name_or_answered(still: Shop, items: list[tuple[str, str]]) -> None:
    try:
        sound(still.search_service.search(parse_search(items)))
    except (Invalid, NotFound) as refused:
        refusal = refused
    else:
        return
    assert refusal.message
    assert refusal.parameter is not None or isinstance(refusal, NotFound)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(words, min_size=1, max_size=6), st.booleans())
def test_any_words_of_the_trade_give_a_page_whose_filters_only_narrow(
    still: Shop, chosen: list[str], spaced: bool
) -> None:
    query = (" " if spaced else "").join(chosen)
    answer = still.search_service.search(parse_search([("q", query)]))
    sound(answer)
    narrower = still.search_service.search(parse_search([("q", query), ("region", "浙江")]))
    assert narrower.total <= answer.total
    assert narrower.rule == answer.rule


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=120))
def test_any_text_is_understood_somehow(still: Shop, query: str) -> None:
    sound(still.search_service.search(parse_search([("q", query)])))
