"""The page for developers, in the language of its reader."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from tests.languages import HAN

ENGLISH = {"Cookie": "pifa_language=en"}


@pytest.mark.parametrize("group", ["Orders", "订单"])
def test_developers_read_the_api_in_the_language_of_the_page(api: TestClient, group: str) -> None:
    chinese = api.get(f"/developers/{group}")
    assert (chinese.status_code, "<h1>订单</h1>" in chinese.text) == (200, True)
    assert "下单、审批" in chinese.text
    english = api.get(f"/developers/{group}", headers=ENGLISH)
    assert (english.status_code, english.headers["Content-Language"]) == (200, "en")
    assert "<h1>Orders</h1>" in english.text
    assert "Place, approve" in english.text
    whole = api.get("/developers", headers=ENGLISH).text
    assert ('href="/developers/Orders"' in whole, 'href="/openapi.json?lang=en"' in whole) == (True, True)


def test_chinese_within_english_examples_says_that_it_is(api: TestClient) -> None:
    page = api.get("/developers/Search", headers=ENGLISH).text
    spans = re.findall(r"<code( lang=\"zh-CN\")?>([^<]*)</code>", page)
    assert {bool(marked) for marked, _ in spans} == {True, False}
    assert all(bool(marked) is bool(HAN.search(text)) for marked, text in spans)
    assert 'lang="zh-CN">' not in api.get("/developers/Search").text.partition("<main")[2].partition("</main")[0]
