"""Orders over HTTP: a life, the roles on every route, and clear refusals."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from catalog_service.adapters.documents.numbers import number_html
from catalog_service.domain.orders.states import OrderState
from catalog_service.http.ordering import ordering_routers
from kernel.errors import Denied
from kernel.principal import ANONYMOUS, Principal
from tests.catalog_service.house import NOW, rows
from tests.catalog_service.trade import ADDRESS, Market, open_market
from tests.languages import HAN, assert_told
from web.access import ADMIN, ANYONE, SIGNED_IN, Guard
from web.app import build_app
from web.options import WebOptions

ROLES = ("owner", "buyer", "approver", "finance", "warehouse", "viewer")


def principal(name: str) -> Principal:
    """``buyer:owner``, ``seller:warehouse``, ``other:owner``, ``key:orders:read``, ``admin``."""
    company, _, role = name.partition(":")
    if company == "admin":
        return Principal(member_id="admin", roles=frozenset({"admin"}))
    supplier_id = {"seller": "s-1", "other": "s-2"}.get(company)
    if company == "key":
        return Principal(company_id="c-buyer", member_id="k-1", scopes=frozenset({role}))
    return Principal(
        company_id=f"c-{company}", supplier_id=supplier_id, member_id=f"m-{company}-{role}", roles=frozenset({role})
    )


class Names:
    """``Authenticator``: the bearer says who it is."""

    def authenticate(self, *, authorization: str | None) -> Principal:
        if authorization is None:
            return ANONYMOUS
        if "wrong" in authorization:
            raise Denied("no", code="wrong_credential")
        return principal(authorization.removeprefix("Bearer "))


class Door:
    def __init__(self, market: Market) -> None:
        self.market = market
        self.app: FastAPI = build_app(
            title="orders", routers=ordering_routers(market.ordering), authenticator=Names(),
            options=WebOptions(access_log=False),
        )  # fmt: skip
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self._keys = itertools.count()

    def do(self, who: str, method: str, path: str, json: Any = None, **headers: str) -> Any:
        sent = {"Idempotency-Key": f"k-{next(self._keys)}"}
        if who:
            sent["Authorization"] = f"Bearer {who}"
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.client.request(method, f"/api/v1{path}", json=json, headers=sent)

    def body(self, *wanted: tuple[str, int], **stated: Any) -> dict[str, Any]:
        draft = self.market.draft(*wanted)
        order = {
            "supplier_id": "s-1",
            "lines": [{"sku_id": each.sku_id, "quantity": each.quantity} for each in draft.wanted],
            "snapshot": draft.snapshot,
            **stated,
        }
        address = {name: getattr(ADDRESS, name) for name in ("recipient", "phone", "province", "city", "street")}
        return {"orders": [order], "address": address}

    def place(self, **stated: Any) -> str:
        answer = self.do("buyer:buyer", "POST", "/orders", self.body(**stated))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["facts"]["orders"])

    def pay(self, order_id: str) -> None:
        order = self.do("buyer:finance", "GET", f"/orders/{order_id}").json()
        stage = next(stage for stage in order["stages"] if not stage["paid"])
        opened = self.do(
            "buyer:finance", "POST", "/payments", {"order_id": order_id, "amount_fen": stage["amount_fen"]}
        )
        assert opened.status_code == 201
        paid = self.do("buyer:finance", "POST", f"/payments/{opened.json()['id']}/sandbox", {})
        assert (paid.status_code, paid.json()["state"]) == (200, "paid")


@pytest.fixture
def door(home: Path) -> Iterator[Door]:
    market = open_market(home)
    yield Door(market)
    market.close()


def test_an_order_lives_its_life_over_http(door: Door) -> None:
    order_id = door.place(out_order_id="PO-1", plan="30-70")
    door.pay(order_id)
    door.pay(order_id)
    order = door.do("seller:warehouse", "GET", f"/orders/{order_id}").json()
    assert (order["side"], order["state"], order["payments"]) == ("seller", "waitsellersend", [])
    assert order["allowed"] == ["ship_part", "ship_rest", "close_short", "offer_end"]
    parcel = {"carrier": "顺丰", "waybill": "SF1", "lines": [{"number": 1, "quantity": 4}]}
    first = door.do("seller:warehouse", "POST", f"/orders/{order_id}/shipments", parcel, If_Match='"3"')
    assert (first.status_code, first.json()["state"], first.headers["ETag"]) == (200, "waitsellersend", '"4"')
    stale = door.do("seller:warehouse", "POST", f"/orders/{order_id}/shipments", parcel, If_Match='"3"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    rest = {"carrier": "顺丰", "waybill": "SF2"}
    assert door.do("seller:warehouse", "POST", f"/orders/{order_id}/shipments", rest).status_code == 200
    confirmed = door.do("buyer:buyer", "POST", f"/orders/{order_id}/confirm")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "success")
    order = door.do("buyer:viewer", "GET", f"/orders/{order_id}").json()
    assert [event["event"] for event in order["events"]] == [
        "place", "pay_stage", "pay", "ship_part", "ship_rest", "confirm",
    ]  # fmt: skip
    assert [shipment["number"] for shipment in order["shipments"]] == [1, 2]
    assert order["lines"][0]["steps"] == [["list", 1250, "目录价"]]
    basket = door.do("buyer:buyer", "GET", f"/orders/{order_id}/basket").json()
    assert basket["lines"] == [{"sku_id": "k-1", "quantity": 10}, {"sku_id": "k-2", "quantity": 3}]
    listed = door.do("seller:owner", "GET", "/orders?side=seller&state=success&number=PO-1").json()
    assert [item["order_id"] for item in listed["items"]] == [order_id]
    door.place()
    group = door.do("buyer:viewer", "GET", f"/orders?group={order['group_id']}").json()
    assert [item["order_id"] for item in group["items"]] == [order_id]


def test_an_illegal_move_is_a_409_that_lists_what_is_allowed(door: Door) -> None:
    order_id = door.place()
    answer = door.do("buyer:buyer", "POST", f"/orders/{order_id}/confirm")
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["state"], problem["allowed"]) == ("order_state", "waitbuyerpay", ["cancel"])
    number = door.market.order(order_id).number_text
    assert problem["detail"] == f"订单 {number} 等待买家付款，不能确认收货；现在可以：取消"
    told = door.do("buyer:buyer", "POST", f"/orders/{order_id}/confirm", Accept_Language="en")
    assert_told(told, "en")
    assert told.json()["detail"] == (
        f"Order {number} (to be paid): confirming receipt is not possible; possible now: cancelling"
    )
    assert {**told.json(), "title": "", "detail": "", "request_id": ""} == {
        **problem, "title": "", "detail": "", "request_id": "",
    }  # fmt: skip


def test_a_refund_over_http(door: Door) -> None:
    order_id = door.place()
    door.pay(order_id)
    asked = door.do("buyer:buyer", "POST", f"/orders/{order_id}/refunds", {"amount_fen": 500, "reason": "缺货"})
    assert asked.status_code == 201
    refund_id = asked.json()["facts"]["refund_id"]
    path = f"/orders/{order_id}/refunds/{refund_id}"
    assert door.do("other:owner", "POST", f"{path}/agree", {}).status_code == 404
    assert door.do("seller:owner", "POST", f"{path}/agree", {}).json()["facts"]["refund_state"] == "refundsuccess"
    assert door.do("seller:owner", "POST", f"{path}/agree", {}).status_code == 409
    other = door.place()
    assert door.do("seller:owner", "POST", f"/orders/{other}/refunds/{refund_id}/agree", {}).status_code == 404


def test_what_is_anothers_is_a_404_to_read_and_to_write(door: Door) -> None:
    order_id = door.place()
    opened = door.do("buyer:buyer", "POST", "/payments", {"order_id": order_id, "amount_fen": 14_497}).json()["id"]
    for who in ("other:owner", "stranger:owner"):
        for method, path, body in (
            ("GET", f"/orders/{order_id}", None),
            ("GET", f"/orders/{order_id}/basket", None),
            ("GET", f"/orders/{order_id}/print", None),
            ("POST", f"/orders/{order_id}/cancel", {"reason": "x"}),
            ("POST", f"/orders/{order_id}/shipments", {"carrier": "x", "waybill": "y"}),
            ("POST", "/payments", {"order_id": order_id, "amount_fen": 14_497}),
            ("GET", f"/payments/{opened}", None),
            ("POST", f"/payments/{opened}/sandbox", {}),
        ):
            assert door.do(who, method, path, body).status_code == 404, (who, path)
    assert door.do("seller:owner", "GET", f"/payments/{opened}").status_code == 404
    assert door.market.order(order_id).version == 1


def guards(app: FastAPI) -> list[tuple[str, str, Guard | None]]:
    """Every route of the API with its guard."""
    found = []
    for route in iter_route_contexts(app.routes):
        if (route.path or "").startswith("/api/"):
            mine = [each.call for each in route.dependant.dependencies if isinstance(each.call, Guard)]
            found += [(method, str(route.path), mine[0] if mine else None) for method in route.methods or ()]
    return found


def test_every_route_lets_in_whom_its_guard_names_and_nobody_else(door: Door) -> None:
    matrix = guards(door.app)
    assert len(matrix) >= 36
    assert [(method, path) for method, path, guard in matrix if guard is None] == []
    callers = {"": "", "admin": "admin", **{f"buyer:{role}": role for role in ROLES}}
    callers |= {"key:orders:read": "orders:read", "key:orders:write": "orders:write", "key:other": ""}
    for (method, path, guard), (who, role) in itertools.product(matrix, callers.items()):
        assert guard is not None
        allowed = ANYONE in guard.roles or role in guard.roles or (role == guard.scope and who.startswith("key:"))
        allowed = allowed or (SIGNED_IN in guard.roles and who not in ("", "admin"))
        filled = path.replace("{order_id}", "none").replace("{refund_id}", "none").replace("{payment_id}", "none")
        filled = filled.removeprefix("/api/v1").replace("{side}", "buyer").replace("{gateway}", "none")
        answer = door.do(who, method, filled, {} if method == "POST" else None, If_Match="*")
        status = answer.status_code
        if status == 403 and answer.json()["code"] == "second_factor_not_enrolled":  # beyond the guard: none has one
            status = 200
        refused = 401 if who == "" else 403
        assert (status == refused) is not allowed, (method, path, who, status)
        assert status < 500


def test_the_staff_acts_for_the_market_and_for_no_company(door: Door) -> None:
    order_id = door.place()
    door.pay(order_id)
    assert door.do("admin", "GET", f"/orders/{order_id}").status_code == 403
    ended = door.do("admin", "POST", f"/admin/orders/{order_id}/terminate", {"reason": "卖家失联"})
    assert (ended.status_code, ended.json()["state"]) == (200, "terminated")
    door.market.later(0)
    assert door.do("admin", "GET", "/admin/ledger/verify").json()["faults"] == []
    assert door.do("admin", "GET", "/admin/ledger/balances").json()["escrow"] == 0
    answer = door.do("admin", "GET", f"/admin/ledger/reconcile?since={NOW}&until={NOW + 9}").json()
    assert (answer["gateway_lines"], answer["differences"], answer["settled"]) == (2, [], {})
    door.market.gateway.pay("strange", amount_fen=5)
    settle = f"/admin/ledger/settle?since={NOW}&until={NOW + 9}"
    assert door.do("admin", "POST", settle).json()["settled"] == {"suspended": 1}
    assert door.do("admin", "POST", settle).json()["settled"] == {}
    deposit = {"supplier_id": "s-1", "amount_fen": 100, "reference": "d-1"}
    assert door.do("admin", "POST", "/admin/ledger/deposits", deposit).status_code == 201
    assert door.do("admin", "POST", "/admin/ledger/deposits", deposit).json()["code"] == "deposit_known"
    assert ADMIN == "admin"


def test_statements_are_json_and_csv(door: Door) -> None:
    door.pay(door.place())
    query = f"since={NOW}&until={NOW + 1}"
    held = door.do("buyer:finance", "GET", f"/payments/statements/buyer?{query}").json()
    assert (held["opening_fen"], held["closing_fen"], len(held["lines"])) == (0, 14_497, 1)
    csv = door.do("buyer:finance", "GET", f"/payments/statements/buyer?{query}&format=csv")
    assert csv.content.decode("utf-8-sig").splitlines()[-1].endswith("期末,,,144.97")
    assert door.do("seller:finance", "GET", f"/payments/statements/seller?{query}").json()["closing_fen"] == 0
    assert door.do("buyer:finance", "GET", f"/payments/statements/seller?{query}").status_code == 404
    assert door.do("buyer:finance", "GET", "/payments/statements/buyer?since=5&until=5").status_code == 400
    far = f"since={2**37 - 9}&until={2**37}&format=csv"
    assert door.do("buyer:finance", "GET", f"/payments/statements/buyer?{far}").status_code == 200
    assert door.do("buyer:viewer", "GET", "/orders?number=%00").json()["parameter"] == "number"


def test_callbacks_are_taken_from_the_gateway_alone(door: Door) -> None:
    order_id = door.place()
    payment_id = door.market.open_payment(order_id)
    door.market.gateway.pay(payment_id)
    ((headers, body),) = door.market.gateway.due_notices()
    url = "/api/v1/payments/notices/sandbox"
    forged = door.client.post(url, content=body, headers={**headers, "webhook-signature": "v1,AAAA"})
    assert (forged.status_code, forged.json()["code"]) == (403, "notice_forged")
    assert door.client.post("/api/v1/payments/notices/other", content=body, headers=headers).status_code == 404
    assert door.market.order(order_id).state is OrderState.WAIT_BUYER_PAY
    for _ in range(2):
        taken = door.client.post(url, content=body, headers=headers)
        assert (taken.status_code, taken.json()) == (200, {"outcome": "paid"})
    assert door.market.order(order_id).version == 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"lines": [{"sku_id": "k-1", "quantity": 1.5}]}, "orders.0.lines.0.quantity"),
        ({"lines": [{"sku_id": "k-1", "quantity": "1"}]}, "orders.0.lines.0.quantity"),
        ({"lines": [{"sku_id": "k-1", "quantity": -1}]}, "orders.0.lines.0.quantity"),
        ({"lines": [{"sku_id": "k-1", "quantity": 0}]}, "quantity"),
        ({"lines": [{"sku_id": "k-1", "quantity": 2**64}]}, "orders.0.lines.0.quantity"),
        ({"lines": []}, "lines"),
        ({"plan": "50-50"}, "orders.0.plan"),
        ({"price_fen": 1}, "orders.0.price_fen"),
        ({"out_order_id": "a b"}, "out_order_id"),
        ({"snapshot": "0" * 64}, "snapshot"),
    ],
)
def test_a_bad_order_is_a_clear_refusal_and_leaves_nothing(
    door: Door, change: Any, parameter: str, language: str
) -> None:
    answer = door.do("buyer:buyer", "POST", "/orders", door.body(**change), Accept_Language=language)
    assert (answer.status_code in (400, 409), answer.json()["parameter"]) == (True, parameter)
    assert_told(answer, language)
    assert rows(door.market.record, "SELECT count(*) FROM orders") == [(0,)]


def test_writes_need_a_key_and_the_same_key_is_the_same_deed(door: Door) -> None:
    body = door.body()
    bearer = {"Authorization": "Bearer buyer:buyer"}
    assert door.client.post("/api/v1/orders", json=body, headers=bearer).json()["code"] == "idempotency_key_missing"
    first = door.do("buyer:buyer", "POST", "/orders", body, Idempotency_Key="one")
    again = door.do("buyer:buyer", "POST", "/orders", body, Idempotency_Key="one")
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (201, first.json(), "true")
    other = door.do("buyer:buyer", "POST", "/orders", door.body(("k-1", 1)), Idempotency_Key="one")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert rows(door.market.record, "SELECT count(*) FROM orders") == [(1,)]


def test_exports_and_printed_pages(door: Door) -> None:
    order_id = door.place(remark="<script>alert(1)</script>", out_order_id="PO-1")
    csv = door.do("buyer:viewer", "GET", "/orders/export")
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    order = door.market.order(order_id)
    assert lines[1].startswith(f"{order.number},PO-1,等待买家付款,")
    assert "12.50,125.00" in lines[1]
    book = door.do("buyer:viewer", "GET", "/orders/export?format=xlsx").content
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "<v>12.5</v>" in sheet
    strings = zipfile.ZipFile(io.BytesIO(book)).read("xl/sharedStrings.xml").decode()
    assert (order.number in strings, order_id in strings) == (True, False)  # text: nothing is rounded
    page = door.do("buyer:viewer", "GET", f"/orders/{order_id}/print")
    assert "¥144.97" in page.text
    assert f"<title>订单 {order.number_text}</title>" in page.text
    assert (number_html(order.number) in page.text, order_id in page.text) == (True, False)
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    packing = door.do("seller:warehouse", "GET", f"/orders/{order_id}/packing-list").text
    assert "待发" in packing
    assert (number_html(order.number) in packing, order_id in packing) == (True, False)
    assert "12.50" not in packing
    assert door.client.get("/api/v1/orders/print.css").headers["content-type"].startswith("text/css")


def test_exports_and_printed_pages_are_in_the_readers_language(door: Door) -> None:
    order_id, english = door.place(remark="请用加厚纸箱"), {"Accept_Language": "en"}
    csv = door.do("buyer:viewer", "GET", "/orders/export", **english)
    head, line = csv.content.decode("utf-8-sig").splitlines()[:2]
    assert head.startswith("Order number,Buyer's number,State,Placed,Buyer,Ordered by,Supplier,")
    assert not HAN.search(head)
    assert line.split(",")[2]
    assert not HAN.search(line.split(",")[2])
    assert csv.headers["Content-Language"] == "en"
    assert "Accept-Language" in csv.headers["Vary"]
    page = door.do("buyer:viewer", "GET", f"/orders/{order_id}/print", **english)
    assert '<html lang="en">' in page.text
    assert "¥144.97" in page.text
    assert "请用加厚纸箱" in page.text
    packing = door.do("seller:warehouse", "GET", f"/orders/{order_id}/packing-list", **english).text
    assert "<h1>Packing list</h1>" in packing
    assert [text for text in re.findall("<th[^>]*>([^<]*)<", packing) if HAN.search(text)] == []


def test_a_list_is_asked_for_by_a_number_in_any_spelling(door: Door) -> None:
    order_id, _ = door.place(), door.place()
    number = door.do("buyer:viewer", "GET", f"/orders/{order_id}").json()["order_number"]
    for role, side in (("buyer:viewer", "buyer"), ("seller:warehouse", "seller")):
        for typed in (number, "%20".join(number), order_id):
            listed = door.do(role, "GET", f"/orders?side={side}&number={typed}").json()
            assert [(item["order_id"], item["order_number"]) for item in listed["items"]] == [(order_id, number)]
    assert door.do("other:owner", "GET", f"/orders?number={number}").json()["items"] == []
    assert door.do("other:owner", "GET", f"/orders?side=seller&number={number}").json()["items"] == []
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    refused = door.do("buyer:viewer", "GET", f"/orders?number={wrong}", Accept_Language="en")
    assert (refused.status_code, refused.json()["code"]) == (400, "order_number_mistyped")
    assert refused.json()["parameter"] == "number"
    assert refused.json()["detail"].startswith("The check digit of the order number does not fit")


def test_a_page_as_pdf(door: Door) -> None:
    pytest.importorskip("weasyprint", reason="pifa[pdf]")
    answer = door.do("buyer:viewer", "GET", f"/orders/{door.place()}/print?format=pdf")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_a_cell_that_a_spreadsheet_would_run_is_text(door: Door) -> None:
    from catalog_service.adapters.documents.sheets import _safe

    assert [_safe(cell) for cell in ("=1+1", "-1", "@x", "好", 5, 1.0)] == ["'=1+1", "'-1", "'@x", "好", "5", "1.00"]


def test_an_end_is_proposed_and_answered_over_http(door: Door) -> None:
    order_id = door.place(out_order_id="PO-9")
    door.pay(order_id)
    path, why = f"/orders/{order_id}/end", {"reason": "断货"}
    missing = door.do("buyer:buyer", "POST", f"{path}/agree")
    assert (missing.status_code, missing.json()["code"]) == (409, "no_end_offered")
    assert door.do("seller:owner", "POST", path, why).status_code == 200
    assert door.do("seller:owner", "POST", f"{path}/withdraw").status_code == 200
    assert door.do("seller:owner", "POST", path, why).status_code == 200
    assert door.do("buyer:buyer", "POST", f"{path}/decline", why).status_code == 200
    assert door.do("seller:owner", "POST", path, why).status_code == 200
    agreed = door.do("buyer:buyer", "POST", f"{path}/agree")
    assert (agreed.status_code, agreed.json()["state"]) == (200, "terminated")
