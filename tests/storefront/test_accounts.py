"""The pages of accounts without a script: sign up, the mailed link, sign in, the company's own pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kernel.clock import FixedClock
from storefront.accounts import SESSION_COOKIE, Accounts
from storefront.options import StorefrontOptions
from storefront.pages.devices import device_text
from storefront.pages.trade_words import moment
from storefront.qr import qr_svg
from storefront.router import storefront_error_page, storefront_router
from tests.catalog_service.house import NOW, open_house, rows
from tests.catalog_service.town import PASSWORD, Town
from tests.storefront.market import (
    RANKING_FILES,
    FakeOffers,
    FakeRecommend,
    FakeSearch,
    FakeSuggester,
    offers,
    small_taxonomy,
)
from web.app import build_app
from web.options import WebOptions


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    clock = FixedClock(NOW)
    record = open_house(tmp_path / "home", clock=clock)
    yield Town(record, clock)
    record.close()


@pytest.fixture
def app(town: Town) -> FastAPI:
    taxonomy = small_taxonomy()
    search = FakeSearch(offers(), taxonomy)
    options = StorefrontOptions(secret="s" * 32, ranking_files=RANKING_FILES, clock=town.clock)
    accounts = Accounts(
        people=town.people, authenticator=town.record.authenticator, secret=options.secret, https=options.https
    )
    router = storefront_router(
        search=search, recommend=FakeRecommend(search), suggester=FakeSuggester(), taxonomy=taxonomy,
        offers=FakeOffers({}), options=options, accounts=accounts,
    )  # fmt: skip
    return build_app(
        title="pages",
        routers=[router],
        authenticator=town.record.authenticator,
        options=WebOptions(access_log=False),
        error_page=storefront_error_page(options),
    )


class Browser:
    """One without scripts, that fills in forms."""

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(
            app, headers={"accept": "text/html,*/*"}, follow_redirects=False, raise_server_exceptions=False
        )

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def send(self, path: str, action: str | None = None, **fields: str) -> Any:
        """The form of the page ``path`` that goes to ``action``, with what it carries."""
        action = action or path.partition("?")[0]
        return self.client.post(action, data={**self.hidden(path, action), **fields})

    def upload(self, path: str, action: str, **files: bytes) -> Any:
        """As ``send``, with files in its fields."""
        return self.client.post(action, data=self.hidden(path, action), files=files)

    def hidden(self, path: str, action: str) -> dict[str, str]:
        """What the form carries that nobody types."""
        form = next(
            form
            for form in re.findall(r"<form[^>]*>.*?</form>", self.get(path).text, re.S)
            if f'method="post" action="{action}"' in form
        )
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))

    def sign_in(self, login: str, password: str = PASSWORD) -> Any:
        return self.send("/account/sign-in", login=login, password=password)


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    return Browser(app)


def test_from_signing_up_to_inviting_a_colleague(browser: Browser, town: Town) -> None:
    sent = browser.send("/account/sign-up", company_name="新公司", name="王芳", login="new@example.com", email="")
    assert (sent.status_code, sent.headers["location"]) == (303, "/account/sent")
    link = f"/account/confirm?token={town.link('new@example.com')}"
    set_password = browser.send(link, password=PASSWORD)
    assert set_password.headers["location"] == "/account/sign-in?done=password"
    assert browser.get(link).status_code == 404
    signed_in = browser.sign_in("new@example.com")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/account")
    cookie = signed_in.headers["set-cookie"]
    assert [part in cookie for part in ("HttpOnly", "SameSite=lax", f"{SESSION_COOKIE}=pifas_")] == [True] * 3
    assert "新公司" in browser.get("/account").text
    added = browser.send(
        "/account/addresses", recipient="张伟", phone="13800138000", province="浙江", city="金华", district="义乌",
        street="稠州北路 1 号", postcode="322000",
    )  # fmt: skip
    assert added.headers["location"] == "/account/addresses?done=saved"
    assert "稠州北路 1 号" in browser.get("/account/addresses").text
    invited = browser.send(
        "/account/members", login="zhang@example.com", email="", name="张伟", spend_limit="50,000.5", role_buyer="1"
    )
    assert invited.headers["location"] == "/account/members?done=saved"
    assert "zhang@example.com" in browser.get("/account/members").text
    assert rows(town.record, "SELECT spend_limit_fen, roles FROM members WHERE state = 'invited'") == [
        (5_000_050, '["buyer"]')
    ]
    out = browser.send("/account", "/account/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/")
    away = browser.get("/account")
    assert (away.status_code, away.headers["location"]) == (303, "/account/sign-in?next=%2Faccount")


def test_every_page_of_a_company_is_shown_in_both_languages(browser: Browser, town: Town) -> None:
    browser.sign_in(town.company().login)
    for language in ("zh", "en"):
        browser.client.cookies.set("pifa_language", language)
        for page in ("", "/members", "/addresses", "/invoice", "/keys", "/security"):
            shown = browser.get(f"/account{page}")
            assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
            assert 'href="/account"' in shown.text
    for page in ("sign-in", "sign-up", "reset", "sent"):
        assert browser.get(f"/account/{page}").status_code == 200
    assert 'href="/account/sign-in"' in TestClient(browser.client.app).get("/help").text


def test_what_is_refused_stands_above_the_form_which_keeps_what_was_typed(browser: Browser, town: Town) -> None:
    wrong = browser.sign_in("nobody@example.com")
    assert wrong.status_code == 401
    assert "登录名或密码不对" in wrong.text
    assert 'value="nobody@example.com"' in wrong.text
    assert PASSWORD not in wrong.text
    browser.sign_in(town.company().login)
    bad = browser.send("/account/invoice", title="甲公司", tax_id="91350100M000100Y44")
    assert (bad.status_code, "校验位" in bad.text, 'aria-invalid="true"' in bad.text) == (400, True, True)
    alone = browser.send("/account/security", "/account/security/password", current="猜的 密码啊", new="x" * 9)
    assert alone.status_code == 400
    last = browser.send("/account/members", f"/account/members/{me(town)}/move", event="remove")
    assert (last.status_code, "负责人" in last.text) == (409, True)


def test_an_english_page_refuses_in_english(browser: Browser, town: Town) -> None:
    browser.client.cookies.set("pifa_language", "en")
    wrong = browser.sign_in("nobody@example.com")
    assert "The login or password is wrong" in wrong.text
    assert wrong.headers["Content-Language"] == "en"
    browser.sign_in(town.company().login)
    bad = browser.send("/account/invoice", title="甲公司", tax_id="91350100M000100Y44")
    assert "The check digit of the tax id is wrong; please check every character" in bad.text
    forged = browser.client.post("/account/name", data={"company_name": "x"}).text
    assert "The form has expired; please refresh the page and try again" in forged
    assert "Not allowed" in forged
    missing = browser.client.get("/nowhere", headers={"Accept-Language": "zh"}).text  # the cookie says what pages speak
    assert "There is nothing at this address" in missing
    browser.client.post("/language", data={"language": "zh"})
    assert "没有这个地址" in browser.client.get("/nowhere", headers={"Accept-Language": "en"}).text


def me(town: Town) -> str:
    return str(rows(town.record, "SELECT member_id FROM members")[0][0])


def test_a_form_of_another_site_or_of_another_session_does_nothing(app: FastAPI, browser: Browser, town: Town) -> None:
    owner = town.company()
    browser.sign_in(owner.login)
    fields = {"company_name": "被改的公司"}
    assert browser.client.post("/account/name", data=fields).status_code == 403
    other = Browser(app)
    other.sign_in(town.company("o@b.example.com", "乙公司").login)
    theirs = re.search(r'name="csrf" value="([^"]+)"', other.get("/account").text)
    assert theirs is not None
    assert browser.client.post("/account/name", data={**fields, "csrf": theirs[1]}).status_code == 403
    mine = re.search(r'name="csrf" value="([^"]+)"', browser.get("/account").text)
    assert mine is not None
    from_afar = {"sec-fetch-site": "cross-site"}
    refused = browser.client.post("/account/name", data={**fields, "csrf": mine[1]}, headers=from_afar)
    assert refused.status_code == 403
    assert town.people.reads.company(owner.company_id).name == "甲公司"
    assert browser.client.post("/account/name", data={**fields, "csrf": mine[1]}).status_code == 303
    assert town.people.reads.company(owner.company_id).name == "被改的公司"


def test_the_cookie_is_of_no_use_to_the_api_and_a_bearer_of_none_to_the_pages(browser: Browser, town: Town) -> None:
    owner = town.company()
    token = town.session(owner)
    shown = browser.client.get("/account", headers={"Authorization": f"Bearer {token}"})
    assert shown.status_code == 303
    browser.sign_in(owner.login)
    assert browser.get("/account").status_code == 200


def test_a_form_that_is_sent_twice_is_done_once(browser: Browser, town: Town) -> None:
    browser.sign_in(town.company().login)
    page = browser.get("/account/keys").text
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf|once)" value="([^"]*)"', page))
    fields = {**hidden, "name": "ERP", "scope_offers:write": "1"}
    first = browser.client.post("/account/keys", data=fields)
    again = browser.client.post("/account/keys", data=fields)
    assert (first.status_code, "pifak_" in first.text) == (200, True)
    assert (again.status_code, "pifak_" in again.text) == (200, False)
    assert rows(town.record, "SELECT count(*) FROM company_keys") == [(1,)]


def test_who_only_looks_cannot_change_and_sees_no_keys(browser: Browser, town: Town) -> None:
    owner = town.company()
    browser.sign_in(town.colleague(owner, "viewer@a.example.com", ["viewer"]).login)
    assert browser.get("/account/keys").status_code == 403
    page = browser.get("/account/addresses").text
    assert 'method="post" action="/account/addresses"' not in page
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    for path in ("/account/addresses", "/account/members", "/account/name", "/account/invoice", "/account/keys"):
        assert browser.client.post(path, data={"csrf": token[1]}).status_code == 403
    assert rows(town.record, "SELECT count(*) FROM addresses") == [(0,)]


def test_the_second_factor_is_taken_up_and_asked_for(browser: Browser, town: Town) -> None:
    browser.sign_in(town.company().login)
    page = browser.send("/account/security", "/account/security/enrol").text
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert secret is not None
    assert token is not None
    address = pyotp.TOTP(secret[1]).provisioning_uri(name="owner@a.example.com", issuer_name="Pifa")
    assert str(qr_svg(address)) in page
    code = pyotp.TOTP(secret[1]).at(town.clock.now())
    confirmed = browser.client.post("/account/security/confirm", data={"csrf": token[1], "code": code})
    assert len(re.findall(r"<code>[0-9a-f]{16}</code>", confirmed.text)) == 10
    town.clock.seconds += 900
    refused = browser.send("/account", "/account/name", company_name="改名公司")
    assert (refused.status_code, 'href="/account/security"' in refused.text) == (403, True)
    code = pyotp.TOTP(secret[1]).at(town.clock.now())
    browser.send("/account/security", "/account/security/code", code=code)
    assert browser.send("/account", "/account/name", company_name="改名公司").status_code == 303


def test_a_qr_code_is_a_picture_without_style_script_or_secret_in_the_clear() -> None:
    drawn = str(qr_svg("otpauth://totp/Pifa:a?secret=ABCDEFGH"))
    assert drawn.startswith("<svg ")
    assert [word for word in ("style", "script", "ABCDEFGH", "http://", "https://") if word in drawn] in (
        [],
        ["http://"],
    )
    assert drawn != str(qr_svg("otpauth://totp/Pifa:a?secret=ABCDEFGX"))


def test_a_key_s_limit_is_shown_and_changed(browser: Browser, town: Town) -> None:
    browser.sign_in(town.company().login)
    browser.send("/account/keys", name="ERP", spend_limit="1,000.5", **{"scope_orders:write": "1"})
    page = browser.get("/account/keys").text
    assert ("¥1000.50" in page, "¥0.00" in page) == (True, True)
    ((key_id,),) = rows(town.record, "SELECT key_id FROM company_keys")
    path = f"/account/keys/{key_id}/limit"
    assert browser.send("/account/keys", path, spend_limit="12.345").status_code == 400
    assert browser.send("/account/keys", path, spend_limit="").status_code == 303
    assert "每日下单不限额" in browser.get("/account/keys").text


def test_too_many_guesses_are_told_when_to_come_again(browser: Browser, town: Town) -> None:
    login = town.company().login
    answers = [browser.sign_in(login, "不是 这个密码") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "900"


def test_the_first_administrator_comes_by_a_link(browser: Browser, town: Town) -> None:
    link = town.people.make_admin_link()
    path = link[link.index("/account/admin") :]
    done = browser.send(path, email="admin@example.com", name="李强", password=PASSWORD)
    assert done.headers["location"] == "/account/sign-in?done=password"
    assert browser.get(path).status_code == 404
    browser.sign_in("admin@example.com")
    assert browser.get("/account").headers["location"] == "/account/security"
    assert browser.get("/account/security").status_code == 200
    assert rows(town.record, "SELECT company_id, roles FROM members") == [(None, '["staff"]')]


def test_after_signing_in_one_is_back_where_one_was_and_never_elsewhere(browser: Browser, town: Town) -> None:
    owner = town.company()
    for said, lands in (("/account/keys", "/account/keys"), ("https://bad.example", "/account"), ("//bad", "/account")):
        signed_in = browser.send("/account/sign-in", login=owner.login, password=PASSWORD, next=said)
        assert signed_in.headers["location"] == lands


def test_an_address_is_changed_in_place_and_a_stale_form_changes_nothing(browser: Browser, town: Town) -> None:
    browser.sign_in(town.company().login)
    typed = {"recipient": "张伟", "phone": "13800138000", "province": "浙江", "city": "金华", "street": "稠州北路 1 号"}
    browser.send("/account/addresses", **typed)
    ((address_id,),) = rows(town.record, "SELECT address_id FROM addresses")
    page, action = f"/account/addresses?edit={address_id}", f"/account/addresses/{address_id}"
    shown = browser.get(page).text
    assert 'value="稠州北路 1 号"' in shown
    stale = browser.hidden(page, action)
    changed = browser.send(page, action, **typed | {"street": "稠州北路 2 号"})
    assert changed.headers["location"] == "/account/addresses?done=saved"
    assert rows(town.record, "SELECT street, version FROM addresses") == [("稠州北路 2 号", 2)]
    refused = browser.client.post(action, data={**stale, "once": "again", **typed})
    assert refused.status_code == 412
    assert 'name="version" value="2"' in refused.text  # who has read that may save over it
    assert rows(town.record, "SELECT street, version FROM addresses") == [("稠州北路 2 号", 2)]


def test_sessions_are_told_by_device_and_time(browser: Browser, town: Town) -> None:
    owner = town.company()
    browser.client.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    browser.sign_in(owner.login)
    town.record.people.sign_in(login=owner.login, password=PASSWORD, client="x", agent="Python-urllib/3.11 more")
    page = browser.get("/account/security").text
    found = re.findall(r"<span title=\"[^\"]*\">([^<]*)</span>\s*<small>([^<]*)</small>", page)
    assert sorted(found) == [("Chrome · Windows", "就是这里"), ("Python-urllib/3.11", f"最近使用 {moment(NOW)}")]


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36 MicroMessenger/8.0", "微信 · Android"),
        ("Mozilla/5.0 of nobody", "Mozilla/5.0 of nobody"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, said: str) -> None:
    assert device_text(agent) == said
