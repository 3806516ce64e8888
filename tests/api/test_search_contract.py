"""``GET /api/v1/search`` over the real engine: its body, its pages, its filters."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

ASKED_FOR = {
    "query",
    "understood",
    "total",
    "total_is",
    "rule",
    "legs",
    "hits",
    "facets",
    "related",
    "next_cursor",
    "took_ms",
    "degraded",
}
EXTRAS = {"advice", "encoder", "vectors_pending", "price_basis"}
HIT = {
    "offer_id",
    "title",
    "highlight",
    "score",
    "price",
    "moq",
    "unit",
    "supplier",
    "category",
    "explanation",
}
HIT_EXTRAS = {"picture", "tags", "sold_count", "dispatch_hours", "units_per_pack", "pack_unit", "own"}


def search(api: TestClient, *items: tuple[str, object]) -> dict:
    response = api.get("/api/v1/search", params=[(name, str(value)) for name, value in items])
    assert response.status_code == 200, response.text
    return response.json()


def all_pages(api: TestClient, *items: tuple[str, object]) -> list[dict]:
    pages = [search(api, *items)]
    while pages[-1]["next_cursor"]:
        pages.append(search(api, *items, ("cursor", pages[-1]["next_cursor"])))
    return pages


def test_the_body_has_the_fields_of_the_contract(api: TestClient) -> None:
    body = search(api, ("q", "水杯"), ("explain", "true"), ("quantity", 100))
    assert body.keys() == ASKED_FOR | EXTRAS
    hit = body["hits"][0]
    assert hit.keys() == HIT | HIT_EXTRAS
    assert hit["price"].keys() == {"unit_fen", "quantity", "tiers", "basis"}
    assert {"id", "name", "verified", "credit_level"} <= hit["supplier"].keys()
    assert [node.keys() for node in hit["category"]] == [{"id", "name"}] * 3
    assert {"field", "label", "values"} == body["facets"][0].keys()
    assert {"value", "label", "count", "selected"} == body["facets"][0]["values"][0].keys()
    assert body["query"] == "水杯"
    assert body["total_is"] == "exact"
    assert body["degraded"] == []
    assert body["vectors_pending"] == 0
    assert 0 < body["took_ms"] < 60_000


@pytest.mark.parametrize("sort", ["relevance", "price", "sales", "newest"])
def test_paging_visits_every_hit_once_under_one_total(api: TestClient, sort: str) -> None:
    pages = all_pages(api, ("q", "不锈钢"), ("sort", sort), ("size", 30))
    ids = [hit["offer_id"] for page in pages for hit in page["hits"]]
    assert len(pages) > 2
    assert len(ids) == len(set(ids)) == pages[0]["total"]
    assert {(page["total"], page["total_is"]) for page in pages} == {(pages[0]["total"], "exact")}


def test_browsing_reaches_every_listing(api: TestClient) -> None:
    pages = all_pages(api, ("size", 100))
    ids = {hit["offer_id"] for page in pages for hit in page["hits"]}
    assert len(ids) == pages[0]["total"] == sum(len(page["hits"]) for page in pages)


def test_sorted_by_price_the_order_is_exact_and_price_on_request_last(api: TestClient) -> None:
    for quantity in ((), (("quantity", 1000),)):
        pages = all_pages(api, ("q", "收纳"), ("sort", "price"), ("size", 100), *quantity)
        prices = [hit["price"]["unit_fen"] for page in pages for hit in page["hits"]]
        known = [price for price in prices if price is not None]
        assert known == sorted(known)
        assert prices[: len(known)] == known


def test_sorted_by_sales_the_order_is_exact(api: TestClient) -> None:
    sold = [hit["sold_count"] for page in all_pages(api, ("sort", "sales"), ("size", 100)) for hit in page["hits"]]
    assert sold == sorted(sold, reverse=True)


def test_a_repeated_filter_is_or_and_different_filters_are_and(api: TestClient) -> None:
    one = search(api, ("region", "浙江"))["total"]
    other = search(api, ("region", "广东"))["total"]
    both = search(api, ("region", "浙江"), ("region", "广东"))["total"]
    assert both == one + other > one > 0
    narrowed = search(api, ("region", "浙江"), ("region", "广东"), ("verified", "true"))
    assert 0 < narrowed["total"] < both
    assert all(hit["supplier"]["verified"] for hit in narrowed["hits"])
    assert all(hit["supplier"]["region"][:2] in ("浙江", "广东") for hit in narrowed["hits"])


@pytest.mark.parametrize("query", ["", "水杯", "不锈钢 304", "夏季 女 连衣裙 雪纺", "没有人卖的东西 xyz"])
def test_adding_a_filter_never_raises_the_total(api: TestClient, query: str) -> None:
    items: list[tuple[str, object]] = [("q", query)]
    total = search(api, *items)["total"]
    for added in (
        ("verified", "true"),
        ("region", "广东"),
        ("price_max_fen", 5000),
        ("moq_max", 50),
        ("category", "16"),
    ):
        items.append(added)
        narrower = search(api, *items)["total"]
        assert narrower <= total, added
        total = narrower


def test_a_facet_counts_what_choosing_it_gives_whatever_is_chosen_in_it(api: TestClient) -> None:
    base = [("q", "不锈钢"), ("verified", "true")]
    facets = {facet["field"]: facet for facet in search(api, *base)["facets"]}
    assert {"category", "region"} <= facets.keys()
    for facet in facets.values():
        if facet["field"] in ("price", "verified"):
            continue
        for value in facet["values"][:4]:
            chosen = search(api, *base, (facet["field"], value["value"]))
            assert chosen["total"] == value["count"], (facet["field"], value)
            again = {f["field"]: f for f in chosen["facets"]}[facet["field"]]
            if facet["field"] not in ("category",):
                counted = {v["value"]: v["count"] for v in again["values"]}
                assert all(counted[v["value"]] == v["count"] for v in facet["values"] if v["value"] in counted)
                assert [v["value"] for v in again["values"] if v["selected"]] == [value["value"]]


def test_the_price_facet_counts_what_its_range_gives(api: TestClient) -> None:
    base = [("q", "收纳"), ("quantity", 200)]
    facet = next(f for f in search(api, *base)["facets"] if f["field"] == "price")
    for value in facet["values"]:
        low, _, high = value["value"].partition("-")
        limits = [("price_min_fen", low), *([("price_max_fen", int(high) - 1)] if high else [])]
        assert search(api, *base, *limits)["total"] == value["count"]


def test_explanations_sum_to_the_score_and_follow_the_rank(api: TestClient) -> None:
    hits = search(api, ("q", "不锈钢水杯 保温"), ("explain", "true"), ("size", 100))["hits"]
    for rank, hit in enumerate(hits, 1):
        why = hit["explanation"]
        assert sum(part["contribution"] for part in why["contributions"]) == pytest.approx(why["score"], abs=1e-9)
        assert hit["score"] == pytest.approx(why["score"], abs=1e-6)
        assert why["rank"] == rank
        assert why["matched_by"]


def test_a_page_holds_few_listings_of_one_supplier(api: TestClient) -> None:
    answer = search(api, ("q", "不锈钢"), ("size", 20))
    assert answer["total"] > 100
    hits = answer["hits"]
    suppliers = [hit["supplier"]["id"] for hit in hits]
    assert max(suppliers.count(supplier) for supplier in suppliers) <= 4


def test_similar_and_same_item_answer_with_filters_and_reasons(api: TestClient) -> None:
    offer_id = search(api, ("q", "水杯"))["hits"][0]["offer_id"]
    similar = api.get(f"/api/v1/recommend/similar/{offer_id}", params={"region": "浙江", "size": 6}).json()
    assert similar["items"]
    assert all(item["hit"]["supplier"]["region"].startswith("浙江") for item in similar["items"])
    assert all(item["reasons"] for item in similar["items"][:1])
    same = api.get(f"/api/v1/recommend/same-item/{offer_id}", params={"quantity": 100}).json()
    prices = [item["hit"]["price"]["unit_fen"] for item in same["items"]]
    assert prices == sorted(prices)
    assert same["quantity"] == 100


def test_the_taxonomy_is_forty_sectors_and_may_be_asked_for_when_it_changed(api: TestClient) -> None:
    answer = api.get("/api/v1/taxonomy")
    assert len(answer.json()["sectors"]) == 40
    again = api.get("/api/v1/taxonomy", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    leaf = answer.json()["sectors"][0]["children"][0]["children"][0]
    node = api.get(f"/api/v1/taxonomy/{leaf['id']}").json()
    assert node["name"] == leaf["name"]
    assert len(node["attributes"]) >= 5
    assert [above["id"] for above in node["path"]] == [leaf["id"][:2], leaf["id"][:4], leaf["id"]]


def test_an_offer_is_read_from_the_record(api: TestClient) -> None:
    hit = search(api, ("q", "水杯"), ("quantity", 50))["hits"][0]
    offer = api.get(f"/api/v1/offers/{hit['offer_id']}", params={"quantity": 50}).json()
    assert offer["title"] == hit["title"]
