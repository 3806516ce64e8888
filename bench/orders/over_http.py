"""The same life as a client of the API lives it: a site of one process, connections kept open."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bench.orders.laps import Laps, Timings
from bench.orders.market import ADDRESS, SELLER_MEMBER, BenchMarket, session_token

_mine = threading.local()


class RefusedError(Exception):
    """The site answered something else than a success."""


class HttpClient:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    @staticmethod
    def of_thread(port: int) -> HttpClient:
        if not hasattr(_mine, "client"):
            _mine.client = HttpClient(port)
        client: HttpClient = _mine.client
        return client

    def post(self, path: str, body: object, *, token: str, key: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        self._connection.request("POST", f"/api/v1{path}", json.dumps(body).encode(), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise RefusedError(f"{path}: {answer.status} {text[:300]!r}")
        found: dict[str, Any] = json.loads(text)
        return found


def live_over_http(market: BenchMarket, client: HttpClient, timings: Timings) -> None:
    """Five requests: placed, to be paid, paid, shipped, confirmed."""
    buyer = market.buyer()
    draft, supplier_id = market.draft(buyer)
    mine, theirs = session_token(buyer.member_id), session_token(f"{SELLER_MEMBER}-{supplier_id}")
    new_key: Callable[[], str] = market.record.ids.new
    order = {
        "supplier_id": supplier_id,
        "lines": [{"sku_id": each.sku_id, "quantity": each.quantity} for each in draft.wanted],
        "snapshot": draft.snapshot,
    }
    body = {"orders": [order], "address": asdict(ADDRESS)}
    lap = Laps(timings)
    placed = client.post("/orders", body, token=mine, key=new_key())["facts"]
    lap("create")
    paying = {"order_id": placed["orders"], "amount_fen": placed["payable_fen"]}
    payment = client.post("/payments", paying, token=mine, key=new_key())["id"]
    client.post(f"/payments/{payment}/sandbox", {}, token=mine, key=new_key())
    lap("pay")
    parcel = {"carrier": "顺丰", "waybill": "SF1"}
    client.post(f"/orders/{placed['orders']}/shipments", parcel, token=theirs, key=new_key())
    lap("ship")
    client.post(f"/orders/{placed['orders']}/confirm", None, token=mine, key=new_key())
    lap("confirm")
    lap.whole("life")
