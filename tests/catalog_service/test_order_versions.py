"""If-Match on an order's deeds: whoever has read an older version is told what happened since, and nothing is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.catalog_service.test_order_http import Door
from tests.catalog_service.trade import SELLER, open_market

WHY = {"reason": "有破损"}
ASK = {"amount_fen": 500, "reason": "有破损"}
PARCEL = {"carrier": "顺丰", "waybill": "SF1"}
# Deed: who does it, its body, and how far the order has come.
DEEDS: dict[str, tuple[str, dict[str, Any] | None, str]] = {
    "cancel": ("buyer:buyer", WHY, "repriced"),
    "price": ("seller:owner", {"payable_fen": 14_000, "reason": "优惠"}, "repriced"),
    "refuse": ("buyer:approver", WHY, "asked"),
    "approve": ("buyer:approver", None, "asked"),
    "shipments": ("seller:warehouse", PARCEL, "paid"),
    "refunds": ("buyer:buyer", ASK, "paid"),
    "close-short": ("seller:owner", WHY, "begun"),
    "confirm": ("buyer:buyer", None, "shipped"),
    "postpone": ("seller:owner", None, "shipped"),
    "refunds/{refund}/modify": ("buyer:buyer", ASK, "refunding"),
    "refunds/{refund}/withdraw": ("buyer:buyer", None, "refunding"),
    "refunds/{refund}/agree": ("seller:owner", {}, "refunding"),
    "refunds/{refund}/refuse": ("seller:owner", WHY, "refunding"),
    "refunds/{refund}/send-back": ("buyer:buyer", PARCEL, "agreed"),
    "refunds/{refund}/receive": ("seller:warehouse", None, "sent back"),
    "refunds/{refund}/reject": ("seller:warehouse", WHY, "sent back"),
}
MUST_SAY = ("price", "approve")


@pytest.fixture
def door(home: Path) -> Iterator[Door]:
    market = open_market(home)
    yield Door(market)
    market.close()


def came_to(door: Door, stage: str) -> tuple[str, str]:
    """The ids of an order, with changes since its first version, and of its refund."""
    market = door.market
    market.limits.limit_fen = 1 if stage == "asked" else None
    order_id, refund_id = door.place(), ""
    if stage in ("repriced", "asked"):
        market.ordering.change_price(
            order_id=order_id, payable_fen=14_400, reason="抹零", expected_version=None, by=SELLER,
            request=market.ask(SELLER),
        )  # fmt: skip
        return order_id, refund_id
    door.pay(order_id)
    if stage in ("begun", "shipped"):
        market.ship(order_id, {1: 4} if stage == "begun" else None)
    if stage in ("refunding", "agreed", "sent back"):
        market.ship(order_id)
        refund_id = market.refund(order_id, 500, with_goods=stage != "refunding")
    if stage in ("agreed", "sent back"):
        market.agree(order_id, refund_id)
    if stage == "sent back":
        sent = door.do("buyer:buyer", "POST", f"/orders/{order_id}/refunds/{refund_id}/send-back", PARCEL)
        assert sent.status_code == 200, sent.text
    return order_id, refund_id


def head(door: Door, order_id: str) -> tuple[int, str]:
    order = door.market.order(order_id)
    return order.version, str(order.state)


@pytest.mark.parametrize("deed", DEEDS)
def test_who_read_an_older_version_is_told_what_happened_since(door: Door, deed: str) -> None:
    who, body, stage = DEEDS[deed]
    order_id, refund_id = came_to(door, stage)
    path = f"/orders/{order_id}/{deed.format(refund=refund_id)}"
    before = head(door, order_id)
    stale = door.do(who, "POST", path, body, If_Match='"1"')
    problem = stale.json()
    assert (stale.status_code, problem["code"], problem["version"]) == (412, "version_mismatch", before[0])
    events = door.do("buyer:viewer", "GET", f"/orders/{order_id}").json()["events"]
    assert problem["changes"] == events[1:]
    assert "member_id" not in problem["changes"][0]
    assert head(door, order_id) == before
    current = door.do(who, "POST", path, body, If_Match=f'"{before[0]}"')
    assert current.status_code in (200, 201), current.text
    assert current.headers["ETag"] == f'"{head(door, order_id)[0]}"'


@pytest.mark.parametrize("deed", DEEDS)
def test_who_names_no_version_goes_on_as_before_but_where_it_must_be_named(door: Door, deed: str) -> None:
    who, body, stage = DEEDS[deed]
    order_id, refund_id = came_to(door, stage)
    answer = door.do(who, "POST", f"/orders/{order_id}/{deed.format(refund=refund_id)}", body)
    if deed in MUST_SAY:
        assert (answer.status_code, answer.json()["code"]) == (428, "version_required")
    else:
        assert answer.status_code in (200, 201), answer.text


def test_a_replay_is_no_change_by_others(door: Door) -> None:
    order_id, _ = came_to(door, "repriced")
    sent = [
        door.do(
            "buyer:buyer", "POST", f"/orders/{order_id}/cancel", WHY, If_Match='"2"', Idempotency_Key="twice"
        ).status_code
        for _ in range(2)
    ]
    assert sent == [200, 200]


def test_of_an_order_that_is_anothers_no_change_is_told(door: Door) -> None:
    order_id, _ = came_to(door, "repriced")
    answer = door.do("other:owner", "POST", f"/orders/{order_id}/cancel", WHY, If_Match='"1"')
    assert (answer.status_code, "changes" in answer.json()) == (404, False)
