"""The OpenAPI document tells the truth."""

from __future__ import annotations

import json
import shlex

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

from search_api.http.examples import RECOMMEND_EXAMPLE, SEARCH_EXAMPLE, SUGGEST_EXAMPLE
from search_api.parameters import PARAMETERS
from storefront.pages.developers import developers_page
from web.openapi import example_of, operations

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


def test_the_page_for_developers_has_every_call_with_a_command_to_paste(document: dict) -> None:
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
