"""The OpenAPI document tells the truth."""

from __future__ import annotations

import json
import re
import shlex
from copy import deepcopy

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ops.described import renewed_description
from search_api.http.examples import RECOMMEND_EXAMPLE, SEARCH_EXAMPLE, SUGGEST_EXAMPLE
from search_api.parameters import PARAMETERS
from storefront.pages.developers import developers_page
from tests.languages import HAN, assert_told
from web.described import CATALOGUE, texts, told_document, without_texts
from web.openapi import documents_of, example_of, operations
from web.problem import MEDIA_TYPE as PROBLEM
from web.translation import read_catalogue

READS = (
    "/api/v1/search",
    "/api/v1/suggest",
    "/api/v1/recommend/similar/{offer_id}",
    "/api/v1/recommend/same-item/{offer_id}",
    "/api/v1/taxonomy",
    "/api/v1/taxonomy/{category_id}",
    "/api/v1/offers/{offer_id}",
    "/api/v1/offers/{offer_id}/price",
)
HONEST = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES_EACH = 40  # a minute in all on two cores


@pytest.fixture(scope="module")
def document(api: TestClient) -> dict:
    return api.get("/openapi.json").json()


def answer_of(document: dict, path: str) -> dict:
    return document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]


@pytest.mark.parametrize("path", READS)
def test_every_read_says_what_it_answers(document: dict, path: str) -> None:
    schema = answer_of(document, path)["schema"]
    assert schema.get("type") == "object" or "$ref" in schema


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("/api/v1/search", SEARCH_EXAMPLE),
        ("/api/v1/suggest", SUGGEST_EXAMPLE),
        ("/api/v1/recommend/similar/{offer_id}", RECOMMEND_EXAMPLE),
        ("/api/v1/recommend/same-item/{offer_id}", RECOMMEND_EXAMPLE),
    ],
)
def test_the_examples_meet_their_schemas_and_are_shown(document: dict, path: str, example: dict) -> None:
    answer = answer_of(document, path)
    jsonschema_rs.validate(closed(answer["schema"]), example)
    assert answer["example"] == example


def test_every_body_and_every_answer_has_an_example_that_meets_its_shape(document: dict) -> None:
    checked, wrong = 0, []
    for method, path, operation in operations(document):
        bodies = [operation["requestBody"]["content"]] if "requestBody" in operation else []
        bodies += [answer.get("content", {}) for status, answer in operation["responses"].items() if status[0] == "2"]
        for content in bodies:
            body = content.get("application/json", {})
            if not body.get("schema"):
                continue
            whole = {**body["schema"], "components": document["components"]}
            checked += 1
            if not jsonschema_rs.is_valid(whole, example_of(body)):
                wrong.append((method, path))
    assert (checked > 150, wrong) == (True, [])


def test_every_group_of_addresses_says_what_it_is_for(document: dict) -> None:
    named = {tag["name"] for tag in document["tags"]}
    assert {tag for _, _, operation in operations(document) for tag in operation["tags"]} == named
    assert all(tag["description"] for tag in document["tags"])
    assert "Idempotency-Key" in document["info"]["description"]


@pytest.fixture(scope="module")
def english(api: TestClient) -> dict:
    return api.get("/openapi.json?lang=en").json()


def test_the_english_description_says_nothing_in_chinese_but_quotes(document: dict, english: dict) -> None:
    quoted = re.compile("`[^`]*`|“[^”]*”")
    left = [text for text in texts(english) if HAN.search(quoted.sub("", text))]
    assert left == [], "write their English in web/locale/api.en.po (`python -m ops.messages` adds the ids)"
    assert len([*texts(document)]) > 500


def test_both_descriptions_are_one_to_a_program(document: dict, english: dict) -> None:
    assert without_texts(english) == without_texts(document)
    assert len({tag["name"] for tag in english["tags"]}) == len(document["tags"])  # no two groups become one
    assert [tag["name"] for tag in english["tags"]][-1] == "Operations"
    called = [found[2]["operationId"] for found in operations(english)]
    assert called == [found[2]["operationId"] for found in operations(document)]
    assert len(called) == len(set(called))


def test_the_catalogue_of_the_description_is_as_the_script_writes_it(document: dict) -> None:
    english = read_catalogue(CATALOGUE)
    assert CATALOGUE.read_text("utf-8") == renewed_description(texts(document), english), "run `python -m ops.messages`"
    assert [source for source, text in english.items() if not text] == []


def test_a_new_text_without_english_is_noticed(document: dict) -> None:
    new = deepcopy(document)
    new["paths"]["/api/v1/orders"]["post"]["summary"] = "没有人译过"
    assert "没有人译过" in texts(new)
    assert "没有人译过" in texts(told_document(new, "en"))
    new["components"]["schemas"]["PayBody"]["properties"]["amount_fen"]["description"] = "这也没有"
    assert "这也没有" in texts(told_document(new, "en"))
    assert 'msgid "没有人译过"\nmsgstr ""' in renewed_description(texts(new), read_catalogue(CATALOGUE))
    del new["paths"]["/api/v1/orders"]["post"]["requestBody"]
    assert without_texts(new) != without_texts(document)


def test_names_of_fields_are_no_texts_and_examples_say_what_answers_say(english: dict) -> None:
    shape = {"properties": {"title": {"type": "string", "title": "标题"}, "summary": {"description": "商品"}}}
    assert told_document(shape, "en")["properties"]["summary"] == {"description": "Offers"}
    assert shape["properties"]["summary"] == {"description": "商品"}  # the Chinese one is left as it is
    problem = english["paths"]["/api/v1/search"]["get"]["responses"]["default"]["content"][PROBLEM]["example"]
    assert (problem["title"], HAN.search(problem["detail"])) == ("Bad request", None)
    hit = answer_of(english, "/api/v1/search")["example"]["hits"][0]
    assert (hit["title"], hit["own"]["because"]) == (
        "304不锈钢外六角螺丝 M8x30 厂家直销", "Rate of buyer group “老客户”: 95%",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "accept", "language", "varies"),
    [
        ("", None, "zh", True),
        ("", "en-GB,en;q=0.8,zh;q=0.1", "en", True),
        ("", "fr", "zh", True),
        ("?lang=en", None, "en", False),
        ("?lang=en", "zh", "en", False),
        ("?lang=zh", "en", "zh", False),
    ],
)
def test_the_description_comes_in_the_language_that_was_asked_for(
    api: TestClient, query: str, accept: str | None, language: str, varies: bool
) -> None:
    answer = api.get(f"/openapi.json{query}", headers={"Accept-Language": accept} if accept else {})
    assert answer.headers["Content-Language"] == language
    assert ("accept-language" in answer.headers["Vary"].lower()) is varies
    assert answer.json()["info"]["title"] == {"zh": "Pifa 批发", "en": "Pifa Wholesale"}[language]
    again = api.get(
        f"/openapi.json{query}", headers={"If-None-Match": answer.headers["ETag"], "Accept-Language": accept or ""}
    )
    assert (again.status_code, again.content) == (304, b"")
    other = api.get("/openapi.json", params={"lang": {"zh": "en", "en": "zh"}[language]})
    assert other.headers["ETag"] != answer.headers["ETag"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_language_that_there_is_not_is_refused(api: TestClient, language: str) -> None:
    answer = api.get("/openapi.json?lang=fr", headers={"Accept-Language": language})
    assert (answer.status_code, answer.json()["allowed"]) == (400, ["zh", "en"])
    assert_told(answer, language)


def test_below_a_path_of_a_proxy_the_description_says_so(app: FastAPI) -> None:
    with TestClient(app, root_path="/wholesale") as behind:
        document = behind.get("/openapi.json?lang=en").json()
    assert document["servers"] == [{"url": "/wholesale"}]
    assert document["info"]["title"] == "Pifa Wholesale"


def test_real_answers_meet_the_schema_with_nothing_beside_it(document: dict, api: TestClient) -> None:
    schema = closed(answer_of(document, "/api/v1/search")["schema"])
    for query in ("q=水杯&explain=true", "q=连衣裙&region=西藏", "q=lianyiqun&size=1", ""):
        jsonschema_rs.validate(schema, api.get(f"/api/v1/search?{query}").json())


def test_every_parameter_that_is_read_is_documented_and_the_reverse(document: dict) -> None:
    names = {entry["name"] for entry in document["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert names - {"attributes"} == {parameter.name for parameter in PARAMETERS}


def test_documented_examples_of_parameters_are_accepted(document: dict, api: TestClient) -> None:
    for entry in document["paths"]["/api/v1/search"]["get"]["parameters"]:
        example = entry.get("example")
        if example is None:
            continue
        params = example if isinstance(example, dict) else {entry["name"]: example}
        assert api.get("/api/v1/search", params=params).status_code == 200, entry["name"]


def closed(schema: object) -> object:
    """The schema, refusing fields that it does not name and asking for all that it does."""
    if isinstance(schema, list):
        return [closed(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    walked = {key: closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        walked |= {"additionalProperties": False, "required": list(schema["properties"])}
    return walked


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_for_developers_has_every_call_with_a_command_to_paste(app: FastAPI, language: str) -> None:
    document = documents_of(app).of(language)
    groups = developers_page(document, group=None, base_url="http://shop")
    assert groups is not None
    shown = [developers_page(document, group=each.name, base_url="http://shop") for each in groups.groups]
    calls = [call for page in shown if page is not None for call in page.calls]
    assert {(call.method.lower(), call.path) for call in calls} == {found[:2] for found in operations(document)}
    for call in calls:
        words = shlex.split(call.curl)
        assert (words[0], "{" in words[-1] and "-d" not in words) == ("curl", False), call.curl
        assert [json.loads(words[words.index("-d") + 1])] == [json.loads(call.body)] if call.body else "-d" not in words
        assert ("Authorization: Bearer $PIFA_TOKEN" in words) is call.token


@pytest.mark.parametrize("path", READS)
def test_whatever_is_sent_the_answer_is_one_that_the_document_names(app: FastAPI, api: TestClient, path: str) -> None:
    operation = schemathesis.openapi.from_asgi("/openapi.json", app)[path]["GET"]

    @hypothesis.settings(
        max_examples=EXAMPLES_EACH,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def answers_as_documented(case: schemathesis.Case) -> None:
        response = case.call()
        case.validate_response(response, checks=HONEST)

    answers_as_documented()


def test_whatever_is_written_without_a_key_is_refused_as_documented(app: FastAPI) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)

    @hypothesis.settings(
        max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(case=schema["/api/v1/offers"]["POST"].as_strategy())
    def refused(case: schemathesis.Case) -> None:
        response = case.call()
        assert response.status_code in (400, 401, 404, 405, 413, 415)

    refused()
