"""What the API says to people is in the language that they ask for; values, titles and names are the same in both."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.languages import HAN

EXPLAINED = {"q": "不锈钢水杯", "explain": "true", "quantity": "100", "size": "5"}


def asked(api: TestClient, path: str, language: str, **params: str) -> tuple[dict[str, Any], Any]:
    answer = api.get(f"/api/v1{path}", params=params, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers


@pytest.fixture(scope="module")
def answers(api: TestClient) -> dict[str, dict[str, Any]]:
    return {language: asked(api, "/search", language, **EXPLAINED)[0] for language in ("zh", "en")}


def test_an_answer_says_its_language_and_that_another_caller_may_get_another(api: TestClient) -> None:
    hit = asked(api, "/search", "zh", q="水杯", size="1")[0]["hits"][0]["offer_id"]
    for path in ("/search", f"/recommend/similar/{hit}", "/taxonomy", "/taxonomy/24"):
        for language in ("zh", "en"):
            headers = asked(api, path, language)[1]
            assert headers["Content-Language"] == language, path
            assert "accept-language" in headers["Vary"].lower(), path


def test_labels_of_facets_are_english(answers: dict[str, dict[str, Any]]) -> None:
    labels = {facet["field"]: facet["label"] for facet in answers["en"]["facets"]}
    assert labels["category"] == "Category"
    assert labels["price"] == "Price"
    assert labels["region"] == "Ships from"
    assert labels["verified"] == "Verified supplier"
    assert labels["attr.material"] == "Material"
    assert [label for label in labels.values() if HAN.search(label)] == []


def test_labels_of_values_are_english_where_they_are_not_the_suppliers_own(answers: dict[str, dict[str, Any]]) -> None:
    values = {facet["field"]: facet["values"] for facet in answers["en"]["facets"]}
    assert "Zhejiang" in {value["label"] for value in values["region"]}
    assert [value["label"] for value in values["region"] if HAN.search(value["label"])] == []
    labels = [value["label"] for value in values["price"]]
    assert [label for label in labels if not re.search("¥[0-9.]+", label)] == []
    chinese = {facet["field"]: facet["values"] for facet in answers["zh"]["facets"]}
    assert values["attr.material"] == chinese["attr.material"]


def test_explanations_are_english(answers: dict[str, dict[str, Any]]) -> None:
    for hit in answers["en"]["hits"]:
        told = [hit["explanation"]["summary"], *(part["label"] for part in hit["explanation"]["contributions"])]
        assert hit["explanation"]["summary"]
        assert [text for text in told if HAN.search(text)] == []


def without_words(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without what people read of it, and without its time."""
    bare = copy.deepcopy(answer)
    bare.pop("took_ms")
    for facet in bare["facets"]:
        facet.pop("label")
        for value in facet["values"]:
            value.pop("label")
    for hit in bare["hits"]:
        hit.pop("category")
        hit["explanation"].pop("summary")
        for part in hit["explanation"]["contributions"]:
            part.pop("label")
    bare["understood"].pop("categories")
    return bare


def test_all_else_is_the_same_in_both(answers: dict[str, dict[str, Any]]) -> None:
    assert without_words(answers["zh"]) == without_words(answers["en"])
    assert any(HAN.search(hit["title"]) for hit in answers["en"]["hits"])


def test_sectors_have_their_english_names_and_leaves_their_chinese_ones(api: TestClient) -> None:
    english, chinese = (asked(api, "/search", each, q="连衣裙", size="1")[0] for each in ("en", "zh"))
    (sector, *below), (sector_zh, *below_zh) = (answer["hits"][0]["category"] for answer in (english, chinese))
    assert (sector["id"], sector["name"]) == (sector_zh["id"], "Apparel")
    assert below == below_zh


def test_reasons_of_recommendations_are_english(api: TestClient) -> None:
    reasons: list[str] = []
    for hit in asked(api, "/search", "zh", q="不锈钢", size="20")[0]["hits"]:
        found, _ = asked(api, f"/recommend/similar/{hit['offer_id']}", "en")
        reasons += [reason for item in found["items"] for reason in item["reasons"]]
    assert any(reason.startswith(("Same Material: ", "Same Place of origin: ")) for reason in reasons)
    # After the colon stands a category's or an attribute's value, as the supplier has it.
    assert [reason for reason in reasons if HAN.search(re.sub(r"(: |\().*", "", reason))] == []


def test_the_tree_and_its_tag_are_those_of_the_language(api: TestClient) -> None:
    english, of_english = asked(api, "/taxonomy", "en")
    chinese, of_chinese = asked(api, "/taxonomy", "zh")
    assert [sector["id"] for sector in english["sectors"]] == [sector["id"] for sector in chinese["sectors"]]
    assert not any(HAN.search(sector["name"]) for sector in english["sectors"])
    assert of_english["ETag"] != of_chinese["ETag"]
    same = {"Accept-Language": "en", "If-None-Match": of_english["ETag"]}
    assert api.get("/api/v1/taxonomy", headers=same).status_code == 304
    other = {"Accept-Language": "zh", "If-None-Match": of_english["ETag"]}
    assert api.get("/api/v1/taxonomy", headers=other).status_code == 200


def test_attributes_are_named_after_their_ids(api: TestClient) -> None:
    node, _ = asked(api, "/taxonomy/030101", "en")
    names = {attribute["id"]: attribute["name"] for attribute in node["attributes"]}
    assert names["thread"] == "Thread"
    assert names["length_mm"] == "Length"
    assert names["brand_origin"] == "Place of origin"
