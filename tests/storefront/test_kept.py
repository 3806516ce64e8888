"""Favourites and the comparison without an account: post, redirect, get."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from storefront.kept import local_path


def test_a_favourite_is_kept_shown_and_let_go(client: TestClient) -> None:
    kept = client.post("/favourites", data={"offer_id": "d001", "keep": "true", "next": "/search?q=%E8%A3%99"})
    assert kept.status_code == 303
    assert kept.headers["location"] == "/search?q=%E8%A3%99"
    assert "夏季新款 1号" in client.get("/favourites").text
    client.post("/favourites", data={"offer_id": "d001", "keep": "false"})
    assert "还没有收藏" in client.get("/favourites").text


def test_the_newest_four_are_compared(client: TestClient) -> None:
    for number in range(1, 6):
        client.post("/compare", data={"offer_id": f"d00{number}", "keep": "true"})
    response = client.get("/compare")
    assert response.headers["location"] == "/compare?offer=d005&offer=d004&offer=d003&offer=d002"


def test_a_cookie_that_we_did_not_sign_is_an_empty_list(client: TestClient) -> None:
    client.cookies.set("pifa_favourites", "WyJkMDAxIl0.forged")
    assert "还没有收藏" in client.get("/favourites").text


def test_the_signature_of_one_list_does_not_open_the_other(client: TestClient) -> None:
    client.post("/favourites", data={"offer_id": "d001", "keep": "true"})
    client.cookies.set("pifa_compare", client.cookies["pifa_favourites"])
    assert client.get("/compare").status_code == 200


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    header = client.post("/favourites", data={"offer_id": "d001", "keep": "true"}).headers["set-cookie"].lower()
    assert "httponly" in header
    assert "samesite=lax" in header


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    response = client.post("/favourites", data={"offer_id": "d001", "keep": "true"}, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


def test_our_own_form_is_accepted(client: TestClient) -> None:
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}):
        assert client.post("/favourites", data={"offer_id": "d1", "keep": "true"}, headers=headers).status_code == 303


def test_htmx_gets_the_button_and_the_new_count(client: TestClient) -> None:
    headers = {"hx-request": "true", "hx-request-type": "partial"}
    html = client.post("/favourites", data={"offer_id": "d001", "keep": "true"}, headers=headers).text
    assert 'aria-pressed="true"' in html
    assert '<b id="count-favourites" hx-swap-oob="true">1</b>' in html


@pytest.mark.parametrize(
    "data", [{}, {"offer_id": "d001"}, {"offer_id": "../x", "keep": "true"}, {"offer_id": "a" * 65, "keep": "true"}]
)
def test_a_form_that_we_did_not_write_is_refused(client: TestClient, data: dict[str, str]) -> None:
    assert client.post("/favourites", data=data).status_code in (400, 404)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\\b", "javascript:x", "/a\nb", ""]
)
def test_a_way_back_never_leads_elsewhere(target: str) -> None:
    assert local_path(target) == "/"


def test_a_language_is_chosen_by_post_and_kept(client: TestClient) -> None:
    response = client.post("/language", data={"language": "en", "next": "/help"})
    assert response.headers["location"] == "/help"
    assert '<html lang="en">' in client.get("/help").text
    assert client.post("/language", data={"language": "xx"}).status_code == 400
