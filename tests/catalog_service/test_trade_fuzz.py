"""Whatever a seller or a visitor sends to the routes of trade, the answer is one that they can read: never a 500."""

from __future__ import annotations

import itertools

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck

from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.service import Record
from tests.catalog_service.house import ADMIN
from tests.catalog_service.test_trade_http import TOKEN, Door, publish

EXAMPLES_EACH = 12  # of some thirty operations: a quarter of a minute a database


@pytest.fixture
def door(record: Record) -> Door:
    for number in (1, 2):
        record.register_supplier(draft=SupplierDraft(supplier_id=f"s-{number}", name=f"厂{number}"), request=ADMIN)
    return Door(record)


@pytest.mark.parametrize("who", ["seller", ""])
def test_nothing_that_is_sent_is_our_own_fault(door: Door, who: str) -> None:
    publish(door)
    schema = schemathesis.openapi.from_asgi("/openapi.json", door.app)
    numbers, tried = itertools.count(), 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis.settings(
            max_examples=EXAMPLES_EACH,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy())
        def answered(case: schemathesis.Case) -> None:
            headers = {"Idempotency-Key": f"key-{next(numbers)}", "Cart-Token": TOKEN, "If-Match": "*"}
            if who:
                headers["Authorization"] = f"Bearer {who}"
            response = case.call(headers=headers)
            assert response.status_code < 500, (case.method, case.formatted_path, case.body, response.text)

        answered()
        tried += 1
    assert tried > 30
