"""Companies and people over HTTP: the journey, what repeats, what moved on, what is refused; logs name nobody."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from catalog_service.http.companies import TOKEN_PATH, companies_routers
from tests.catalog_service.house import rows
from tests.catalog_service.town import PASSWORD, Town
from tests.languages import HAN, assert_told
from web.app import build_app
from web.options import WebOptions

ADDRESS = {
    "recipient": "赵收货", "phone": "13800138000", "province": "浙江省", "city": "金华", "district": "义乌",
    "street": "稠州北路 1 号",
}  # fmt: skip


class Door:
    def __init__(self, town: Town) -> None:
        app = build_app(
            title="people",
            routers=companies_routers(town.people),
            authenticator=town.record.authenticator,
            options=WebOptions(own_authentication=(TOKEN_PATH,)),
        )
        self.client = TestClient(app, raise_server_exceptions=False)
        self._numbers = itertools.count()

    def do(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Idempotency-Key": f"key-{next(self._numbers)}"}
        if who:
            sent["Authorization"] = f"Bearer {who}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, f"/api/v1{path}", json=body, headers=sent)


@pytest.fixture
def door(town: Town) -> Door:
    return Door(town)


def signed_up(door: Door, town: Town, login: str = "owner@a.example.com") -> str:
    """The session token of a fresh company's owner, all of it over HTTP."""
    body = {"company_name": "甲公司", "login": login, "name": "王芳"}
    assert door.do("", "POST", "/auth/sign-up", body).status_code == 202
    confirmed = door.do("", "POST", "/auth/confirm", {"token": town.link(login), "password": PASSWORD})
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "active")
    answer = door.do("", "POST", "/auth/sign-in", {"login": login, "password": PASSWORD})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return str(answer.json()["token"])


def test_from_signing_up_to_signing_out(door: Door, town: Town) -> None:
    token = signed_up(door, town)
    me = door.do(token, "GET", "/auth/me").json()
    assert (me["member"]["roles"], me["supplier_id"], me["second_factor_fresh"]) == (["owner"], None, False)
    company = door.do(token, "GET", "/companies/me")
    assert (company.json()["name"], company.json()["id"]) == ("甲公司", me["company_id"])
    renamed = door.do(token, "PUT", "/companies/me", {"name": "甲乙公司"}, If_Match=company.headers["ETag"])
    assert (renamed.status_code, renamed.json()["version"]) == (200, 2)
    opened = door.do(token, "POST", "/companies/me/supplier", {"province": "浙江", "city": "金华"})
    assert door.do(token, "GET", "/auth/me").json()["supplier_id"] == opened.json()["facts"]["supplier_id"]
    assert door.do(token, "POST", "/auth/sign-out").json()["facts"] == {"ended": 1}
    gone = door.do(token, "GET", "/auth/me")
    assert (gone.status_code, gone.json()["code"]) == (401, "wrong_credential")
    assert gone.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_write_of_a_member_replays_and_stands_under_its_version(door: Door, town: Town) -> None:
    token = signed_up(door, town)
    first = door.do(token, "POST", "/companies/me/addresses", ADDRESS, Idempotency_Key="same")
    again = door.do(token, "POST", "/companies/me/addresses", ADDRESS, Idempotency_Key="same")
    other = door.do(token, "POST", "/companies/me/addresses", {**ADDRESS, "city": "杭州"}, Idempotency_Key="same")
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    path = f"/companies/me/addresses/{first.json()['id']}"
    read = door.do(token, "GET", path)
    assert (read.json()["province"], read.headers["ETag"]) == ("浙江", '"1"')
    assert door.do(token, "PUT", path, ADDRESS).json()["code"] == "version_required"
    revised = door.do(token, "PUT", path, {**ADDRESS, "city": "杭州"}, If_Match='"1"')
    assert (revised.status_code, revised.headers["ETag"]) == (200, '"2"')
    stale = door.do(token, "PUT", path, ADDRESS, If_Match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    assert door.do(token, "DELETE", path, If_Match='"2"').status_code == 200
    assert door.do(token, "GET", path).json()["code"] == "address_not_found"


def test_two_of_one_company_may_use_the_same_key(door: Door, town: Town) -> None:
    """A key is the caller's own: another's answer is never given for it."""
    owner = town.company()
    buyer = town.colleague(owner, "buyer@a.example.com")
    answers = [
        door.do(town.session(person), "POST", "/companies/me/addresses", ADDRESS, Idempotency_Key="same")
        for person in (owner, buyer)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


def test_invoice_data_is_absent_until_it_is_right(door: Door, town: Town) -> None:
    token = signed_up(door, town)
    assert door.do(token, "GET", "/companies/me/invoice").json()["code"] == "invoice_not_found"
    body = {
        "title": "甲公司",
        "tax_id": "91350100M000100Y43",
        "bank_name": "中国银行",
        "bank_account": "3500 1234 5678",
    }
    for wrong, parameter in (
        ({"tax_id": "91350100M000100Y40"}, "tax_id"), ({"bank_account": ""}, "bank_account"), ({"title": " "}, "title"),
        ({"bank_account": "12ab"}, "bank_account"), ({"colour": "red"}, "colour"), ({"title": 1}, "title"),
    ):  # fmt: skip
        refused = door.do(token, "PUT", "/companies/me/invoice", {**body, **wrong}, If_Match="*", Accept_Language="en")
        assert (refused.status_code, refused.json()["parameter"]) == (400, parameter)
        assert_told(refused, "en")
    assert rows(town.record, "SELECT invoice FROM companies") == [("",)]
    assert door.do(token, "PUT", "/companies/me/invoice", body, If_Match='"1"').status_code == 200
    assert door.do(token, "GET", "/companies/me/invoice").json()["bank_account"] == "350012345678"


def test_wrong_sign_ins_are_one_problem_and_too_many_are_told_to_wait(door: Door, town: Town) -> None:
    town.company("known@example.com")
    answers = [
        door.do("", "POST", "/auth/sign-in", {"login": login, "password": "不是 这个密码"})
        for login in ("known@example.com", "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    first, second = ({**answer.json(), "request_id": ""} for answer in answers)
    assert first == second
    for _ in range(9):
        door.do("", "POST", "/auth/sign-in", {"login": "nobody@example.com", "password": "不是 这个密码"})
    refused = door.do("", "POST", "/auth/sign-in", {"login": "nobody@example.com", "password": "不是 这个密码"})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused.json()["retry_after"]) > 0


def test_the_market_decides_about_verifications_page_by_page(door: Door, town: Town) -> None:
    staff = town.session(town.staff())
    sellers = [town.seller(f"owner@{number}.example.com", f"工厂 {number}")[0] for number in range(3)]
    for seller in sellers:
        body = {"documents": [{"kind": "licence", "reference": town.scan(seller)}]}
        assert door.do(town.session(seller), "POST", "/companies/me/verification", body).status_code == 201
    first = door.do(staff, "GET", "/admin/verifications?size=2").json()
    second = door.do(staff, "GET", f"/admin/verifications?size=2&after={first['next_after']}").json()
    found = [*first["verifications"], *second["verifications"]]
    assert {row["company_id"] for row in found} == {seller.company_id for seller in sellers}
    assert second["next_after"] is None
    path = f"/admin/verifications/{found[0]['id']}"
    approved = door.do(staff, "POST", f"{path}/approve", {"expires_at": town.clock.now() + 99}, If_Match='"1"')
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    twice = door.do(staff, "POST", f"{path}/refuse", {"reason": "晚了"})
    assert (twice.status_code, twice.json()["code"], twice.json()["allowed"]) == (
        409,
        "verification_state",
        ["withdraw"],
    )
    assert len(door.do(staff, "GET", "/admin/verifications").json()["verifications"]) == 2
    seller = next(each for each in sellers if each.company_id == found[0]["company_id"])
    told = door.do(town.session(seller), "GET", "/notifications").json()
    assert (told["unread"], told["notifications"][0]["kind"]) == (1, "verification_approved")
    up_to = {"up_to": told["notifications"][0]["id"]}
    assert door.do(town.session(seller), "POST", "/notifications/read", up_to).json()["facts"] == {"read": 1}
    assert door.do(town.session(seller), "GET", "/notifications?unread=true").json()["notifications"] == []


def test_logs_name_nobody(door: Door, town: Town) -> None:
    """Not a login, a name, a telephone or an address in any line, whatever was done or refused."""
    with capture_logs() as lines:
        token = signed_up(door, town)
        door.do(token, "POST", "/companies/me/addresses", ADDRESS)
        door.do("", "POST", "/auth/sign-in", {"login": "13900139000", "password": "不是 这个密码"})
        door.do("", "POST", "/auth/reset", {"login": "owner@a.example.com"})
        town.mails()
        door.do(token, "POST", "/companies/me/members", {"login": "x", "name": "孙某", "roles": []})
    assert len(lines) >= 7
    said = str(lines)
    for personal in (
        "owner@a.example.com",
        "王芳",
        "13800138000",
        "赵收货",
        "稠州",
        "13900139000",
        "孙某",
        token,
        "甲公司",
    ):
        assert personal not in said


def test_a_member_s_language_comes_from_the_call_is_changed_and_moves_no_answer(door: Door, town: Town) -> None:
    body = {"company_name": "甲公司", "login": "en@a.example.com", "name": "王芳"}
    door.do("", "POST", "/auth/sign-up", body, Accept_Language="en-GB,en;q=0.9")
    assert town.mails("en@a.example.com")[-1]["Subject"] == "Please confirm your e-mail address"
    confirmed = {"token": town.link("en@a.example.com"), "password": PASSWORD}
    door.do("", "POST", "/auth/confirm", confirmed)  # says nothing of languages, and changes nothing
    signed_in = door.do("", "POST", "/auth/sign-in", {"login": "en@a.example.com", "password": PASSWORD})
    assert signed_in.json()["member"]["language"] == "en"
    token = signed_in.json()["token"]
    answer = door.do(token, "PUT", "/auth/language", {"language": "zh"})
    assert (answer.status_code, answer.json()["changed"]) == (200, True)
    assert door.do(token, "PUT", "/auth/language", {"language": "zh"}).json()["changed"] is False
    assert door.do(token, "GET", "/auth/me").json()["member"]["language"] == "zh"
    for spoken in ("en", "zh"):
        refused = door.do(token, "PUT", "/auth/language", {"language": "fr"}, Accept_Language=spoken)
        assert (refused.status_code, refused.json()["parameter"]) == (400, "language")
        assert_told(refused, spoken)
    assert door.do("", "PUT", "/auth/language", {"language": "en"}).status_code == 401


def test_notifications_are_in_the_calls_language_and_without_one_in_the_members(door: Door, town: Town) -> None:
    token = signed_up(door, town)
    company_id = door.do(token, "GET", "/auth/me").json()["company_id"]
    told = {"kind": "verified", "subject_id": "v1", "text": "供应商认证已通过", "at": town.clock.now()}
    town.people.send_mails.deeds.store.write(lambda t: t.notices.add(company_id=company_id, **told))

    def read(**headers: str) -> tuple[bool, str]:
        answer = door.do(token, "GET", "/notifications", **headers)
        (notice,) = answer.json()["notifications"]
        return bool(HAN.search(notice["text"])), answer.headers["Content-Language"]

    assert read() == (True, "zh")
    door.do(token, "PUT", "/auth/language", {"language": "en"})
    assert read() == (False, "en")
    assert read(Accept_Language="zh-CN") == (True, "zh")
    assert read(Accept_Language="en") == (False, "en")
