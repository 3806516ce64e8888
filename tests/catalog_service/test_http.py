from __future__ import annotations

import itertools
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from catalog_service.adapters.sql.engine import write_transaction
from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.http import catalog_routers
from catalog_service.service import Record
from tests.catalog_service.house import NOW, rows
from web.app import build_app
from web.options import WebOptions

OFFER = {
    "offer_id": "o-1",
    "title": "不锈钢水杯",
    "tiers": [{"min_quantity": 10, "unit_price_fen": 900}, {"min_quantity": 100, "unit_price_fen": 800}],
    "attributes": {"颜色": ["红", "蓝"]},
}
CONTENT = {name: value for name, value in OFFER.items() if name != "offer_id"}


class Shop:
    """The administrator at the door."""

    def __init__(self, app: FastAPI, key: str) -> None:
        self.client = TestClient(app, raise_server_exceptions=False)
        self._key = key
        self._numbers = itertools.count()

    def do(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": f"key-{next(self._numbers)}"}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.client.request(method, f"/api/v1{path}", json=json, headers=sent)


@pytest.fixture
def app(record: Record) -> FastAPI:
    return build_app(
        title="record",
        routers=catalog_routers(record),
        authenticator=record.authenticator,
        options=WebOptions(access_log=False),
    )


@pytest.fixture
def shop(app: FastAPI, record: Record) -> Shop:
    return Shop(app, record.admin_key)


def test_an_offer_lives_its_life_over_http(shop: Shop) -> None:
    published = shop.do("POST", "/offers", OFFER)
    assert published.status_code == 201
    assert published.headers["ETag"] == '"1"'
    assert published.json() == {
        "kind": "offer", "id": "o-1", "version": 1, "state": "live", "created": True, "changed": True, "facts": {},
    }  # fmt: skip
    seen = shop.client.get("/api/v1/offers/o-1", params={"quantity": 150})
    assert (seen.status_code, seen.headers["ETag"]) == (200, '"1"')
    assert seen.json()["price"] == {"unit_fen": 800, "quantity": 150, "tiers": OFFER["tiers"], "basis": "quantity"}
    assert (seen.json()["published_at"], seen.json()["supplier"]) == (NOW, None)
    assert seen.json()["attributes"] == {"颜色": ["红", "蓝"]}
    revised = shop.do("PUT", "/offers/o-1", {**CONTENT, "title": "保温杯"}, If_Match=seen.headers["ETag"])
    assert (revised.status_code, revised.headers["ETag"]) == (200, '"2"')
    down = shop.do("POST", "/offers/o-1/takedown", {"reason": "核查"})
    assert (down.status_code, down.json()["state"]) == (200, "taken_down")
    assert shop.client.get("/api/v1/offers/o-1").status_code == 404
    assert shop.do("GET", "/offers/o-1").json()["takedown_reason"] == "核查"
    again = shop.do("POST", "/offers", OFFER)
    assert (again.status_code, again.json()["code"]) == (409, "offer_taken_down")
    assert again.json()["allowed"] == ["lift", "withdraw"]
    assert shop.do("POST", "/offers/o-1/lift", {"reason": "无误"}).json()["state"] == "live"
    withdrawn = shop.do("DELETE", "/offers/o-1", If_Match='"4"')
    assert (withdrawn.status_code, withdrawn.json()["version"]) == (200, 5)
    assert shop.client.get("/api/v1/offers/o-1").json()["code"] == "offer_not_found"


def test_a_supplier_is_registered_revised_and_credited(shop: Shop) -> None:
    assert shop.do("PUT", "/suppliers/s-1", {"name": "甲厂"}).status_code == 201
    revised = shop.do("PUT", "/suppliers/s-1", {"verified": True}, If_Match='"1"')
    assert (revised.status_code, revised.json()["version"]) == (200, 2)
    credited = shop.do("POST", "/suppliers/s-1/credit-events", {"kind": "as_described", "count": 30})
    assert credited.status_code == 201
    page = shop.client.get("/api/v1/suppliers/s-1").json()
    assert (page["name"], page["verified"], page["version"], page["live_offers"]) == ("甲厂", True, 3, 0)
    assert page["credit"] == [{"kind": "as_described", "count": 30, "related_party": False}]
    assert page["credit_score"] == credited.json()["facts"]["credit_score"]
    assert shop.do("PUT", "/suppliers/s-2", {"verified": True}).json()["parameter"] == "name"


def test_a_created_receipt_replays_with_its_status_and_a_mark(shop: Shop, record: Record) -> None:
    first = shop.do("POST", "/offers", {"title": "杯"}, Idempotency_Key="same")
    second = shop.do("POST", "/offers", {"title": "杯"}, Idempotency_Key="same")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert rows(record, "SELECT count(*) FROM offers") == [(1,)]
    other = shop.do("POST", "/offers", {"title": "碗"}, Idempotency_Key="same")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    store = record.publish_offer.deeds.store
    assert isinstance(store, SqlRecordStore)
    with store._in_flight(("admin", "same")):
        flying = shop.do("POST", "/offers", {"title": "杯"}, Idempotency_Key="same")
    assert (flying.status_code, flying.json()["code"]) == (409, "idempotency_key_in_flight")


WRITES = [
    ("POST", "/offers", OFFER),
    ("PUT", "/offers/o-1", CONTENT),
    ("DELETE", "/offers/o-1", None),
    ("POST", "/offers/o-1/takedown", {"reason": "核查"}),
    ("POST", "/offers/o-1/lift", {"reason": "无误"}),
    ("PUT", "/offers/o-1/draft", CONTENT),
    ("POST", "/offers/o-1/submit", None),
    ("POST", "/offers/o-1/recall", None),
    ("POST", "/offers/o-1/relist", None),
    ("POST", "/offers/o-1/discard", None),
    ("POST", "/offers/o-1/approve", None),
    ("POST", "/offers/o-1/refuse", {"reason": "图文不符"}),
    ("POST", "/offers/o-1/revision/approve", None),
    ("POST", "/offers/o-1/revision/refuse", {"reason": "图文不符"}),
    ("PUT", "/suppliers/s-1", {"name": "甲厂"}),
    ("POST", "/suppliers/s-1/credit-events", {"kind": "as_described"}),
]
# What a supplier does with its own change: nobody does it in its place (``tests/api/access.tsv``).
OF_THE_SUPPLIER = {("POST", f"/offers/{{offer_id}}/revision/{deed}") for deed in ("submit", "recall", "discard")}


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_every_write_needs_the_administrators_key_and_an_idempotency_key(
    shop: Shop, record: Record, method: str, path: str, body: Any
) -> None:
    def send(headers: dict[str, str]) -> Any:
        return shop.client.request(method, f"/api/v1{path}", json=body, headers=headers)

    anonymous = send({"Idempotency-Key": "k"})
    assert (anonymous.status_code, anonymous.headers["WWW-Authenticate"]) == (401, 'Bearer realm="pifa"')
    wrong = send({"Idempotency-Key": "k", "Authorization": "Bearer wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credential")
    keyless = send({"Authorization": f"Bearer {record.admin_key}", "If-Match": "*"})
    assert (keyless.status_code, keyless.json()["parameter"]) == (400, "Idempotency-Key")
    unprintable = send({"Authorization": f"Bearer {record.admin_key}", "If-Match": "*", "Idempotency-Key": "x" * 256})
    assert (unprintable.status_code, unprintable.json()["parameter"]) == (400, "Idempotency-Key")
    assert rows(record, "SELECT count(*) FROM audit WHERE kind <> 'key'") == [(0,)]


def test_every_write_of_the_contract_is_among_the_tested_ones(app: FastAPI) -> None:
    told = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if method in ("post", "put", "delete", "patch") and path.startswith(("/api/v1/offers", "/api/v1/suppliers"))
    }
    tested = {(method, path.replace("o-1", "{offer_id}").replace("s-1", "{supplier_id}")) for method, path, _ in WRITES}
    assert told == tested | OF_THE_SUPPLIER


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [(None, 428, "version_required"), ("nonsense", 400, "invalid"), ('"7"', 412, "version_mismatch"), ("*", 200, None)],
)
def test_a_revision_says_which_version_it_was_made_for(
    shop: Shop, if_match: str | None, status: int, code: str | None
) -> None:
    shop.do("POST", "/offers", OFFER)
    headers = {} if if_match is None else {"If_Match": if_match}
    answer = shop.do("PUT", "/offers/o-1", {**CONTENT, "title": "新"}, **headers)
    assert (answer.status_code, answer.json().get("code")) == (status, code)


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({**OFFER, "colour": "红"}, "colour"),
        ({**OFFER, "moq": "10"}, "moq"),
        ({**OFFER, "moq": 1.5}, "moq"),
        ({**OFFER, "moq": 2**64}, "moq"),
        ({**OFFER, "tiers": [{"min_quantity": 1}]}, "tiers.0.unit_price_fen"),
        (
            {**OFFER, "tiers": [{"min_quantity": 1, "unit_price_fen": 1}, {"min_quantity": 2, "unit_price_fen": 2}]},
            "tiers",
        ),
        ({**OFFER, "title": None}, "title"),
        ({"offer_id": "o-1"}, "title"),
        ({**OFFER, "title": "出售枪 支"}, "title"),
        ({**OFFER, "offer_id": "a/b"}, "offer_id"),
        ({**OFFER, "supplier_id": "nobody"}, "supplier_id"),
        ({**OFFER, "attributes": {"颜色": "红"}}, "attributes.颜色"),
        ([1], None),
        ("text", None),
    ],
)
def test_a_bad_body_is_a_clear_refusal_that_names_the_field(
    shop: Shop, record: Record, body: Any, parameter: str
) -> None:
    answer = shop.do("POST", "/offers", body)
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().get("parameter") == parameter
    assert rows(record, "SELECT count(*) FROM offers") == [(0,)]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"title": "\xed\xa0\x80"}', b'{"title": "\\ud800"}', b"[" * 50_000, b"null"]
)
def test_bytes_that_are_no_body_are_a_400(shop: Shop, record: Record, content: bytes) -> None:
    headers = {
        "Authorization": f"Bearer {record.admin_key}", "Idempotency-Key": "k", "Content-Type": "application/json",
    }  # fmt: skip
    answer = shop.client.post("/api/v1/offers", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_reads_refuse_unknown_and_repeated_parameters_and_bad_ids(shop: Shop) -> None:
    shop.do("POST", "/offers", OFFER)
    for path, parameter in (
        ("/offers/o-1?qty=1", "qty"),
        ("/offers/o-1?quantity=1&quantity=2", "quantity"),
        ("/offers/o-1?quantity=0", "quantity"),
        ("/offers/o-1?quantity=many", "quantity"),
        ("/offers/%00", "offer_id"),
        ("/offers/%E6%9D%AF", "offer_id"),
        ("/suppliers/s-1?x=1", "x"),
    ):
        answer = shop.client.get(f"/api/v1{path}")
        assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert shop.client.get("/api/v1/offers/o-1?utm_source=mail").status_code == 200


def test_readers_go_on_while_somebody_writes(shop: Shop, record: Record) -> None:
    shop.do("POST", "/offers", OFFER)
    with write_transaction(record.engine) as connection:
        connection.exec_driver_sql("UPDATE offers SET title = '未提交'")
        seen = shop.client.get("/api/v1/offers/o-1")
        assert (seen.status_code, seen.json()["title"]) == (200, "不锈钢水杯")
