"""The address holds the whole state: forms, chips, facets, sorts and pages lead from one address to the next."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from search_api.requests import SearchRequest
from search_engine.schema import FLAGS
from storefront.state import ResultsState, read_state
from storefront.visit import Visit
from tests.storefront.conftest import Market
from tests.storefront.test_pages import page_of

FULL = (
    "/search?q=连衣裙&category=160101&quantity=50&price_min_fen=100&price_max_fen=9000&moq_max=20&region=浙江&region=广东"
    "&verified=true&dispatch_hours_max=48&sort=price&attr.color=红色&attr.color=黑色&city=义乌"
)


def items(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
REQUESTS = st.builds(
    SearchRequest,
    q=VALUES.map(str.strip),
    category=st.lists(VALUES, max_size=3).map(tuple),
    quantity=st.none() | st.integers(1, 10**9),
    price_min_fen=st.none() | st.integers(0, 10**6),
    price_max_fen=st.none() | st.integers(10**6, 10**9),
    moq_max=st.none() | st.integers(1, 10**9),
    region=st.lists(VALUES, max_size=3).map(tuple),
    flags=st.dictionaries(st.sampled_from(FLAGS), st.booleans(), max_size=3),
    attributes=st.dictionaries(
        st.sampled_from(["color", "weight_g"]), st.lists(VALUES, min_size=1, max_size=2).map(tuple)
    ),
    sort=st.sampled_from(["relevance", "price", "sales", "newest"]),
    repair=st.booleans(),
)


@given(request=REQUESTS, city=st.sampled_from(["", "义乌", "浙江/杭州"]))
def test_every_state_survives_its_own_address(request: SearchRequest, city: str) -> None:
    state = ResultsState(request=request, city=city)
    read = read_state(items(state.url), Visit())
    assert read.request == request
    assert read.city == city
    assert read.canonical


def test_a_form_with_empty_fields_and_yuan_leads_to_the_one_address(client: TestClient) -> None:
    response = client.get("/search?q=+连衣裙+&price_min=12.5&price_max=&moq_max=&sort=relevance&utm_source=x")
    assert response.status_code == 303
    assert items(response.headers["location"]) == [("q", "连衣裙"), ("price_min_fen", "1250")]


def test_the_full_address_is_canonical(client: TestClient) -> None:
    assert client.get(FULL).status_code == 200


def test_each_chip_lifts_exactly_its_own_filter(client: TestClient) -> None:
    chips = page_of(client, FULL).links("chip")
    before = sorted(items(FULL))
    lifted = [[pair for pair in before if pair not in items(chip)] for chip in chips]
    assert lifted == [
        [("category", "160101")],
        [("price_max_fen", "9000"), ("price_min_fen", "100")],
        [("moq_max", "20")],
        [("region", "浙江")],
        [("region", "广东")],
        [("verified", "true")],
        [("dispatch_hours_max", "48")],
        [("attr.color", "红色")],
        [("attr.color", "黑色")],
    ]
    for chip in chips:
        assert [pair for pair in items(chip) if pair not in before] == []


def test_clearing_all_keeps_the_words_my_quantity_my_city_and_the_sort(client: TestClient) -> None:
    clear = page_of(client, FULL).links("clear")[0]
    assert items(clear) == [("q", "连衣裙"), ("quantity", "50"), ("sort", "price"), ("city", "义乌")]


def test_a_facet_value_adds_itself_and_a_chosen_one_lifts_itself(client: TestClient) -> None:
    ticks = page_of(client, "/search?q=连衣裙&region=浙江").links("tick")
    assert "/search?q=%E8%BF%9E%E8%A1%A3%E8%A3%99&region=%E6%B5%99%E6%B1%9F&region=%E5%B9%BF%E4%B8%9C" in ticks
    assert "/search?q=%E8%BF%9E%E8%A1%A3%E8%A3%99" in ticks


def test_a_price_step_filters_up_to_the_last_fen_below_the_next(client: TestClient) -> None:
    ticks = [dict(items(tick)) for tick in page_of(client, "/search?q=连衣裙").links("tick")]
    assert {"q": "连衣裙", "price_min_fen": "2000", "price_max_fen": "4999"} in ticks
    assert {"q": "连衣裙", "price_min_fen": "100000"} in ticks


def test_every_fact_of_a_card_narrows_this_very_search(client: TestClient) -> None:
    page = page_of(client, "/search?q=5号&quantity=50")
    facts = [dict(items(href)) for href in [*page.links("fact"), *page.links("tag")]]
    base = {"q": "5号", "quantity": "50"}
    for extra in (
        {"moq_max": "2"},
        {"region": "浙江/杭州"},
        {"freight_free": "true"},
        {"factory": "true"},
        {"in_stock": "true"},
        {"dispatch_hours_max": "48"},
    ):
        assert base | extra in facts


def test_any_change_begins_at_the_first_page(client: TestClient) -> None:
    page = page_of(client, "/search?q=连衣裙&cursor=20")
    for href in (*page.links("tick"), *page.links("fact")):
        assert "cursor" not in dict(items(href))


def test_the_next_page_continues_and_keeps_the_counts(client: TestClient) -> None:
    first = page_of(client, "/search?q=连衣裙")
    following = first.links("next")[0]
    second = page_of(client, following)
    assert "共 31 件货源" in first.text
    assert "共 31 件货源" in second.text
    assert len(second.links("tick")) == len(first.links("tick"))
    assert "第一页" in second.text
    assert second.links("next") == []


def test_my_quantity_is_kept_for_the_visit_and_joins_the_address(client: TestClient) -> None:
    client.get("/?quantity=500&city=义乌")
    response = client.get("/search?q=连衣裙")
    assert response.status_code == 303
    assert items(response.headers["location"]) == [("q", "连衣裙"), ("quantity", "500"), ("city", "义乌")]
    assert "按 500条" in page_of(client, "/offer/d001").text


def test_an_empty_quantity_ends_it(client: TestClient) -> None:
    client.get("/?quantity=500")
    response = client.get("/search?q=连衣裙&quantity=")
    assert items(response.headers["location"]) == [("q", "连衣裙")]
    assert client.get("/search?q=连衣裙").status_code == 200


def test_stepping_back_over_a_change_of_my_quantity_takes_it_back(client: TestClient) -> None:
    client.get("/search?q=连衣裙&quantity=300")
    response = client.get("/search?q=连衣裙", headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert response.status_code == 200
    assert client.get("/search?q=连衣裙").status_code == 200


def test_a_later_page_keeps_the_search_that_it_belongs_to(client: TestClient, market: Market) -> None:
    client.get("/?quantity=500")
    assert client.get("/search?q=连衣裙&cursor=20").status_code == 200
    assert market.search.asked[-1].quantity is None


def test_a_forged_visit_cookie_says_nothing(client: TestClient) -> None:
    for value in ("quantity=-5", "quantity=1e9&city=<b>", "%00", "quantity=" + "9" * 100):
        client.cookies.set("pifa_visit", value)
        assert client.get("/search?q=连衣裙").status_code == 200


def test_what_was_read_out_of_the_words_is_a_chip_that_can_be_lifted(client: TestClient) -> None:
    page = page_of(client, "/search?q=手机壳 10元以下 不要硅胶 500个")
    assert "识别价格10元以下" in page.text
    assert "识别数量500" in page.text
    assert "排除硅胶" in page.text
    lifted = [dict(items(chip)) for chip in page.links("chip")]
    assert {"price_min_fen": "0"}.items() <= lifted[0].items()
    assert "识别价格" not in page_of(client, page.links("chip")[0]).text


def test_a_repaired_query_says_so_and_offers_the_original(client: TestClient, market: Market) -> None:
    market.search.repairs["连衣群"] = "连衣裙"
    page = page_of(client, "/search?q=连衣群")
    assert "已按 连衣裙 搜索。仍搜索 “连衣群”" in page.text
    client.get("/search?q=连衣群&repair=false")
    assert market.search.asked[-1].repair is False


def test_an_empty_result_names_the_guilty_filter_and_what_lifting_it_gives(client: TestClient) -> None:
    page = page_of(client, "/search?q=连衣裙&region=西藏")
    assert "去掉“发货地：西藏”31 件" in page.text
    assert "相近的货源" in page.text
    assert "/enquiry?q=%E8%BF%9E%E8%A1%A3%E8%A3%99" in page.links("button")


def test_a_part_that_was_left_out_is_named(client: TestClient, market: Market) -> None:
    market.search.degraded = ["vector: timed out"]
    page = page_of(client, "/search?q=连衣裙")
    assert "语义检索暂不可用，结果只按文字匹配" in page.text


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/search?colour=red", "colour"),
        ("/search?quantity=many", "quantity"),
        ("/search?price_min=cheap", "price_min"),
        ("/search?q=a&q=b", "q"),
        ("/search?sort=best", "sort"),
        ("/search?city=" + "x" * 30, "city"),
        ("/search?q=" + "长" * 201, "q"),
    ],
)
def test_a_bad_parameter_is_a_400_page_that_leads_back(client: TestClient, address: str, named: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/html")
    assert "回首页" in response.text
    with pytest.raises(Invalid) as refused:
        read_state(items(address), Visit())
    assert refused.value.parameter == named


def test_an_api_client_gets_the_same_error_as_a_problem(market: Market) -> None:
    plain = TestClient(market.app, headers={"accept": "application/json"})
    response = plain.get("/search?colour=red")
    assert response.status_code == 400
    assert response.json()["parameter"] == "colour"
