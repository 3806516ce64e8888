"""Payouts over HTTP: who may, what must be said, and clear refusals in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kernel.principal import Principal
from tests.catalog_service import test_order_http
from tests.catalog_service.house import rows
from tests.catalog_service.test_order_http import ROLES, Door
from tests.catalog_service.trade import earn, open_market
from tests.languages import assert_told

ACCOUNT = {"kind": "bank", "holder": "c-seller", "bank": "工商银行义乌分行", "number": "6222020200012345678"}
FACTORS = ("second_factor_not_enrolled", "second_factor_required")


@pytest.fixture
def door(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """Whoever has a plus has given a second factor, and with a minus has to give it again."""
    known = test_order_http.principal

    def principal(name: str) -> Principal:
        plain = known(name.rstrip("+-"))
        return Principal(
            company_id=plain.company_id, supplier_id=plain.supplier_id, member_id=plain.member_id, roles=plain.roles,
            scopes=plain.scopes, second_factor_enrolled=name[-1] in "+-", second_factor_fresh=name[-1] == "+",
        )  # fmt: skip

    monkeypatch.setattr(test_order_http, "principal", principal)
    market = open_market(home)
    yield Door(market)
    market.close()


def code_of(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def version(door: Door) -> str:
    return str(door.do("seller:finance", "GET", "/payouts/account").headers["etag"])


def test_earnings_are_withdrawn_over_http(door: Door) -> None:
    absent = door.do("seller:owner", "GET", "/payouts/account")
    assert (absent.status_code, code_of(absent)) == (404, "payout_account_not_found")
    put = door.do("seller:owner+", "PUT", "/payouts/account", ACCOUNT, If_Match='"0"')
    assert put.status_code == 201, put.text
    account = door.do("seller:finance", "GET", "/payouts/account").json()
    assert (account["number_masked"], account["holder"], account["state"]) == ("**** 5678", "c-seller", "active")
    assert "number" not in account
    cooling = door.do("seller:finance+", "POST", "/payouts", {"amount_fen": 500}, If_Match=version(door))
    assert (cooling.status_code, code_of(cooling)) == (409, "payout_account_cooling")
    door.market.clock.seconds += 86_400
    earn(door.market)
    funds = door.do("seller:finance", "GET", "/payouts/funds").json()
    assert (funds["withdrawable_fen"], funds["amount_fen_min"]) == (13_300, 100)
    asked = door.do("seller:finance+", "POST", "/payouts", {"amount_fen": 500}, If_Match=version(door))
    assert asked.status_code == 201, asked.text
    payout_id = asked.json()["id"]
    door.market.ordering.sweep()
    assert door.do("seller:owner", "GET", f"/payouts/{payout_id}").json()["state"] == "paid"
    listed = door.do("seller:owner", "GET", "/payouts?size=1").json()
    assert ([each["payout_id"] for each in listed["items"]], listed["next_cursor"]) == ([payout_id], None)
    statement = door.do(
        "seller:finance", "GET", f"/payments/statements/seller?since=1780000000&until={door.market.clock.now() + 1}"
    )
    assert [line["kind"] for line in statement.json()["lines"]] == ["release", "withdraw"]
    assert door.do("other:owner", "GET", f"/payouts/{payout_id}").status_code == 404


def test_money_wants_a_second_factor_that_there_is(door: Door) -> None:
    for who, code in zip(("seller:owner", "seller:owner-"), FACTORS, strict=True):
        for method, path, body in (("PUT", "/payouts/account", ACCOUNT), ("POST", "/payouts", {"amount_fen": 500})):
            refused = door.do(who, method, path, body, If_Match='"0"')
            assert (refused.status_code, code_of(refused)) == (403, code)
            assert_told(refused, "zh")
    assert rows(door.market.record, "SELECT count(*) FROM payout_accounts") == [(0,)]


def test_other_roles_and_keys_withdraw_nothing(door: Door) -> None:
    for who in (*(f"seller:{role}+" for role in ROLES), "key:orders:write", "buyer:owner+", "admin+", ""):
        answer = door.do(who, "POST", "/payouts", {"amount_fen": 500}, If_Match='"0"')
        may = who in ("seller:owner+", "seller:finance+")
        expected = 409 if may else 401 if not who else 403
        assert (who, answer.status_code) == (who, expected)
    answer = door.do("seller:finance+", "PUT", "/payouts/account", ACCOUNT, If_Match='"0"')
    assert answer.status_code == 403  # the owner alone says where money goes


def test_what_is_refused_says_why_in_both_languages(door: Door) -> None:
    door.do("seller:owner+", "PUT", "/payouts/account", ACCOUNT, If_Match='"0"')
    door.market.clock.seconds += 86_400
    cases = [
        ("PUT", "/payouts/account", ACCOUNT, '"9"', 412),
        ("PUT", "/payouts/account", {**ACCOUNT, "holder": "别人"}, "*", 409),
        ("PUT", "/payouts/account", {**ACCOUNT, "number": "12"}, "*", 400),
        ("PUT", "/payouts/account", {**ACCOUNT, "kind": "cash"}, "*", 400),
        ("POST", "/payouts", {"amount_fen": 99}, "*", 400),
        ("POST", "/payouts", {"amount_fen": 1.5}, "*", 400),
        ("POST", "/payouts", {"amount_fen": "500"}, "*", 400),
        ("POST", "/payouts", {"amount_fen": 500}, "*", 409),  # nothing was earned
        ("POST", "/payouts", {"amount_fen": 500}, None, 428),
    ]
    for method, path, body, if_match, status in cases:
        headers = {} if if_match is None else {"If_Match": if_match}
        answer = door.do("seller:owner+", method, path, body, **headers)
        assert (body, answer.status_code) == (body, status), answer.text
        for language in ("zh", "en"):
            again = door.do("seller:owner+", method, path, body, Accept_Language=language, **headers)
            assert_told(again, language)


def test_the_staff_sees_what_is_on_its_way_and_what_is_disputed(door: Door) -> None:
    order_id = earn(door.market)
    refund_id = door.market.refund(order_id, 300)
    payout_id = door.market.withdraw(500)
    seen = door.do("admin", "GET", "/admin/ledger/suspense").json()
    assert [each["payout_id"] for each in seen["payouts"]] == [payout_id]
    disputes = door.do("admin", "GET", "/admin/refunds").json()
    assert [(each["refund_id"], each["two_operators"], each["ruling"]) for each in disputes] == [
        (refund_id, False, None)
    ]
    assert door.do("admin", "GET", "/admin/refunds?refused=true").json() == []
    assert door.do("seller:owner+", "GET", "/admin/ledger/suspense").status_code == 403
