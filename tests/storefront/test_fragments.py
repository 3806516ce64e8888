"""One template gives the page and the part of it that htmx swaps."""

from __future__ import annotations

from fastapi.testclient import TestClient

PART = {"hx-request": "true", "hx-request-type": "partial", "hx-target": "div#results"}


def test_a_part_holds_the_results_and_no_page_around_them(client: TestClient) -> None:
    html = client.get("/search?q=连衣裙", headers=PART).text
    assert "<!doctype html>" not in html
    assert html.count('id="results"') == 1
    assert '<span id="visit-state" hx-swap-oob="true">' in html


def test_the_part_is_what_the_page_holds(client: TestClient) -> None:
    page = client.get("/search?q=连衣裙").text
    part = client.get("/search?q=连衣裙", headers=PART).text
    body = part[part.index('<div id="results"') : part.index('<span id="visit-state"')].strip()
    assert body in page


def test_a_restored_history_entry_gets_the_whole_page(client: TestClient) -> None:
    headers = {**PART, "hx-request-type": "full", "hx-history-restore-request": "true"}
    assert "<!doctype html>" in client.get("/search?q=连衣裙", headers=headers).text


def test_caches_are_told_what_an_answer_depends_on(client: TestClient) -> None:
    response = client.get("/search?q=连衣裙")
    for header in ("HX-Request", "HX-Request-Type", "HX-History-Restore-Request", "Cookie"):
        assert header in response.headers["vary"]
    assert response.headers["cache-control"] == "private, no-cache"


def test_an_error_of_a_part_is_a_part(client: TestClient) -> None:
    response = client.get("/search?q=连衣裙&sort=best", headers=PART)
    assert response.status_code == 400
    assert "<!doctype html>" not in response.text
    assert response.text.count('id="results"') == 1
    assert "去掉这一项，重新搜索" in response.text


def test_an_explanation_comes_as_a_part_into_its_card(client: TestClient) -> None:
    headers = {"hx-request": "true", "hx-request-type": "partial", "hx-target": "div"}
    html = client.get("/search/why/d001?q=连衣裙", headers=headers).text
    assert html.startswith('<div class="why-facts">')
