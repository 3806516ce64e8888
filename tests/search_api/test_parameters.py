"""Query parameters to a request: what is not known or cannot be read is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from search_api.parameters import PARAMETERS, parse_search, search_items
from search_api.requests import SearchRequest


@pytest.mark.parametrize(
    ("items", "parameter"),
    [
        ([("colour", "红")], "colour"),
        ([("Q", "水杯")], "Q"),
        ([("attr.", "红")], "attr."),
        ([("q", "水杯"), ("q", "壶")], "q"),
        ([("size", "10"), ("size", "10")], "size"),
        ([("size", "0")], "size"),
        ([("size", "101")], "size"),
        ([("size", "ten")], "size"),
        ([("size", "1e1")], "size"),
        ([("size", " 5")], "size"),
        ([("size", "１０")], "size"),
        ([("quantity", "-5")], "quantity"),
        ([("quantity", "0")], "quantity"),
        ([("quantity", "9" * 30)], "quantity"),
        ([("quantity", "1000000001")], "quantity"),
        ([("price_min_fen", "12.5")], "price_min_fen"),
        ([("price_min_fen", "10"), ("price_max_fen", "5")], "price_min_fen"),
        ([("moq_max", "")], "moq_max"),
        ([("verified", "yes")], "verified"),
        ([("verified", "")], "verified"),
        ([("explain", "1")], "explain"),
        ([("sort", "cheapest")], "sort"),
        ([("region", "")], "region"),
        ([("supplier", "s" * 101)], "supplier"),
        ([("attr.material", "")], "attr.material"),
        ([("region", f"r{n}") for n in range(51)], "region"),
        ([(f"attr.a{n}", "x") for n in range(21)], "attr"),
        ([("q", "杯" * 201)], "q"),
        ([("dispatch_hours_max", "9000")], "dispatch_hours_max"),
    ],
)
def test_what_cannot_be_accepted_is_refused_by_name(items: list[tuple[str, str]], parameter: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_search(items)
    assert caught.value.parameter == parameter
    assert caught.value.message


def test_marks_of_campaigns_pass_unread() -> None:
    assert parse_search([("utm_source", "mail"), ("utm_source", "again"), ("q", "水杯")]) == SearchRequest(q="水杯")


def test_repeated_filters_are_gathered_in_order() -> None:
    request = parse_search([("region", "浙江"), ("attr.material", "钢"), ("region", "广东"), ("attr.material", "铝")])
    assert request.region == ("浙江", "广东")
    assert request.attributes == {"material": ("钢", "铝")}


def test_the_parameters_of_the_contract_are_there() -> None:
    names = {parameter.name for parameter in PARAMETERS}
    assert {
        "q",
        "category",
        "quantity",
        "price_min_fen",
        "price_max_fen",
        "moq_max",
        "region",
        "supplier",
        "verified",
        "dropship",
        "in_stock",
        "sort",
        "size",
        "cursor",
        "explain",
    } <= names


requests = st.builds(
    SearchRequest,
    q=st.text(max_size=50),
    category=st.lists(st.text("0123456789", min_size=1, max_size=6), max_size=3).map(tuple),
    quantity=st.none() | st.integers(1, 10**9),
    price_min_fen=st.none() | st.integers(0, 100),
    price_max_fen=st.none() | st.integers(100, 10**12),
    moq_max=st.none() | st.integers(1, 10**9),
    region=st.lists(st.text(min_size=1, max_size=9), max_size=3).map(tuple),
    flags=st.dictionaries(st.sampled_from(["verified", "dropship", "in_stock"]), st.booleans()),
    attributes=st.dictionaries(
        st.text(min_size=1, max_size=9),
        st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=3).map(tuple),
        max_size=3,
    ),
    sort=st.sampled_from(["relevance", "price", "sales", "newest"]),
    size=st.integers(1, 100),
    explain=st.booleans(),
    repair=st.booleans(),
)


@given(requests)
def test_a_request_and_its_parameters_are_one_thing(request: SearchRequest) -> None:
    assert parse_search(search_items(request)) == request
