"""Bad input gets a 4xx that names the parameter, as problem+json; never a 500."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.languages import assert_told


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("query_string", "status", "parameter"),
    [
        ("colour=red", 400, "colour"),
        ("q=a&q=b", 400, "q"),
        ("size=0", 400, "size"),
        ("size=ten", 400, "size"),
        ("size=101", 400, "size"),
        ("quantity=1.5", 400, "quantity"),
        ("price_min_fen=9&price_max_fen=1", 400, "price_min_fen"),
        ("sort=cheap", 400, "sort"),
        ("verified=maybe", 400, "verified"),
        ("cursor=forged", 400, "cursor"),
        ("cursor=WzAsMF0.forged", 400, "cursor"),
        ("region=", 400, "region"),
        ("attr.=x", 400, "attr."),
        ("q=" + "a" * 201, 400, "q"),
        ("q=" + "a" * 10_000, 414, "q"),
        ("q=" + "%E6%9D%AF" * 3_000, 414, "q"),
        ("category=999999", 404, None),
    ],
)
def test_the_parameter_at_fault_is_named(
    api: TestClient, query_string: str, status: int, parameter: str | None, language: str
) -> None:
    response = api.get(f"/api/v1/search?{query_string}", headers={"Accept-Language": language})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail", "instance", "code"} <= problem.keys()
    assert problem["status"] == status
    assert problem.get("parameter") == parameter or parameter is None
    assert_told(response, language)


def test_marks_of_campaigns_pass(api: TestClient) -> None:
    assert api.get("/api/v1/search?q=%E6%9D%AF&utm_source=mail&utm_medium=x").status_code == 200


def test_a_cursor_of_another_search_is_refused(api: TestClient) -> None:
    cursor = api.get("/api/v1/search?q=%E6%9D%AF&size=5").json()["next_cursor"]
    response = api.get("/api/v1/search", params={"q": "壶", "size": 5, "cursor": cursor})
    assert (response.status_code, response.json()["parameter"]) == (400, "cursor")


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "\x00\x01\x02",
        "😀🎉",
        "連衣裙 夏季",
        "dress 连衣裙 платье",
        '+a -b "c"~2 title:[1 TO 2]^4 \\',
        "'; DROP TABLE offers;--",
        "%00",
        "{$gt: ''}",
        "<svg onload=alert(1)>",
        "${jndi:ldap://x}",
        "\u202e\u200f",
        "a" * 200,
        "杯" * 200,
        "不要",
        "10元以下",
        "🧥" * 200,
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/suggest"])
def test_awkward_words_get_a_sensible_answer(api: TestClient, path: str, query: str) -> None:
    response = api.get(path, params={"q": query})
    assert response.status_code == 200
    assert response.json()["query"] == query


@pytest.mark.parametrize(
    "query_string", ["q=%FF%FE", "q=%E6%9D", "q=%ZZ", "%FF=1", "q", "=", "&&&", "q=a;b=c", "q=%00"]
)
def test_broken_encodings_are_answered_or_refused(api: TestClient, query_string: str) -> None:
    assert api.get(f"/api/v1/search?{query_string}").status_code in (200, 400)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/api/v1/suggest", 400, "q"),
        ("/api/v1/suggest?q=a&q=b", 400, "q"),
        ("/api/v1/suggest?q=a&x=1", 400, "x"),
        ("/api/v1/recommend/similar/no-such", 404, "offer_id"),
        ("/api/v1/recommend/same-item/no-such", 404, "offer_id"),
        ("/api/v1/recommend/similar/x?q=a", 400, "q"),
        ("/api/v1/recommend/similar/x?sort=price", 400, "sort"),
        ("/api/v1/recommend/similar/x?size=0", 400, "size"),
        ("/api/v1/taxonomy/nope", 404, None),
        ("/api/v1/taxonomy?x=1", 400, "x"),
        ("/api/v1/offers/no-such", 404, None),
        ("/api/v1/offers/%20", 400, "offer_id"),
        ("/api/v1/nothing", 404, None),
    ],
)
def test_every_endpoint_refuses_by_name(
    api: TestClient, path: str, status: int, parameter: str | None, language: str
) -> None:
    response = api.get(path, headers={"Accept-Language": language})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    if parameter is not None:
        assert response.json()["parameter"] == parameter
    assert_told(response, language)


def test_writes_without_the_key_are_refused(api: TestClient) -> None:
    body = {"title": "水杯"}
    assert api.post("/api/v1/offers", json=body, headers={"Idempotency-Key": "k1"}).status_code == 401
    wrong = {"Idempotency-Key": "k1", "Authorization": "Bearer wrong"}
    assert api.post("/api/v1/offers", json=body, headers=wrong).status_code == 401
    assert api.get("/api/v1/search", headers=wrong).status_code == 401
