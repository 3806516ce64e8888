"""Whatever is sent to the routes about companies and people: an answer that the document names, and never a 500."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.api.test_access import Market, made

ROUTES = (
    "/api/v1/auth/",
    "/api/v1/companies/",
    "/api/v1/notifications",
    "/api/v1/documents/",
    "/api/v1/admin/",
    "/api/v1/oauth/",
)
EXAMPLES_EACH = 10  # some 450 requests, half a minute on two cores
HONEST = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory, shared_knowledge: None) -> Market:
    market = Market(*made(tmp_path_factory.mktemp("fuzzed") / "home"))
    market.settle()
    return market


@pytest.mark.parametrize("caller", ["owner of a", "staff"])
def test_whatever_is_sent_is_answered_as_documented(market: Market, caller: str) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", market.app)
    operations = [
        result.ok()
        for result in schema.get_all_operations()
        if result.ok().path.startswith(ROUTES) and (caller == "staff") == result.ok().path.startswith("/api/v1/admin/")
    ]
    assert len(operations) > 3
    numbers = iter(range(100_000))
    for operation in operations:

        @hypothesis.settings(
            max_examples=EXAMPLES_EACH,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy())
        def answers(case: schemathesis.Case) -> None:
            headers = {"Authorization": f"Bearer {market.credential(caller)}", "Idempotency-Key": f"k{next(numbers)}"}
            response = case.call(headers=headers)
            case.validate_response(response, checks=HONEST)

        answers()
