"""Whatever is sent to any route, by somebody who may use it and about things that are there: an answer that the
document names, and never a 500. (Searching is sent at over a real index, in ``test_openapi``.)"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.test_access import CART_TOKEN, Market, Route, body_maker, let_in, made, routes_of, table
from tests.api.trading import trade

SEARCHING = ("/api/v1/search", "/api/v1/suggest", "/api/v1/recommend/")
CALLERS = ("owner of a", "owner of b", "staff", "administrator")
EXAMPLES_EACH = 20  # some 2,800 requests, half a minute
REAL_ID_SHARE = 0.8  # of the ids in paths; the others are what the document allows
HONEST = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory, shared_knowledge: None) -> Market:
    market = Market(*made(tmp_path_factory.mktemp("fuzzed") / "home"))
    market.settle()
    return market


@pytest.fixture(scope="module")
def ids(market: Market) -> Mapping[str, Sequence[str]]:
    return trade(market)


def who_may(route: Route) -> list[str]:
    roles, scope = table()[route.name]
    return [caller for caller in CALLERS if let_in(caller, roles, scope)]


def without_a_part(response: Any) -> bool:
    """Whether it says that an optional part is not installed, or that this market was never indexed."""
    return response.status_code == 503 and response.json()["code"] in ("pdf_missing", "index_missing")


def test_whatever_is_sent_is_answered_as_documented(market: Market, ids: Mapping[str, Sequence[str]]) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", market.app)
    routes = {(route.method, route.path): route for route in routes_of(market.app)}
    example, dice, numbers = body_maker(market.app), random.Random(7), itertools.count()
    operations = [result.ok() for result in schema.get_all_operations()]
    asked = [each for each in operations if each.path.startswith("/api/") and not each.path.startswith(SEARCHING)]
    assert len(asked) > 120
    credentials = {caller: market.credential(caller) for caller in CALLERS}
    answers: Counter[int] = Counter()
    wrong: list[str] = []

    def send(case: schemathesis.Case, callers: Sequence[str], *, real: float = REAL_ID_SHARE) -> None:
        number = next(numbers)
        for name in case.path_parameters:
            if name in ids and dice.random() < real:
                case.path_parameters[name] = dice.choice(ids[name])
        caller = callers[number % len(callers)]
        headers = {"Authorization": f"Bearer {credentials[caller]}", "Idempotency-Key": f"k-{number}"}
        if dice.random() < REAL_ID_SHARE:
            headers |= {"If-Match": "*", "Cart-Token": CART_TOKEN}
        response = case.call(headers=headers)
        answers[response.status_code] += 1
        if response.status_code == 401:  # the caller has signed itself out
            credentials[caller] = market.credential(caller)
        try:
            case.validate_response(response, checks=HONEST[1:] if without_a_part(response) else HONEST)
        except FailureGroup as failure:
            wrong.append(f"{caller}: {case.method} {case.formatted_path} {case.body!r}\n{failure}")

    def fire(operation: Any, callers: Sequence[str]) -> None:
        @hypothesis.settings(
            max_examples=EXAMPLES_EACH, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        )  # fmt: skip
        @hypothesis.given(case=operation.as_strategy())
        def sent(case: schemathesis.Case) -> None:
            send(case, callers)

        sent()

    for operation in asked:
        route = routes[operation.method.upper(), operation.path]
        callers = who_may(route)
        fire(operation, callers)
        shown = operation.definition.raw.get("requestBody", {}).get("content", {})
        if "application/json" in shown:  # as the document shows it
            body = example(route)
            for _ in callers:
                places = dict.fromkeys(route.ids, "x")
                send(operation.Case(body=body, media_type="application/json", path_parameters=places), callers, real=1)
    print(f"\n{sum(answers.values())} requests: {sorted(answers.items())}")
    assert wrong == [], f"{len(wrong)} wrong\n" + "\n\n".join(wrong[:20])
    assert answers[200] + answers[201] > 100  # it does not all end at the door
