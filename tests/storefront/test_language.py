"""In which language pages are: what this visit chose, what this browser read last, and how a member's own comes in."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI

from catalog_service.domain.deeds import DeedRequest
from storefront.language import LAST_COOKIE, VISIT_COOKIE
from storefront.pages.cards import is_near
from tests.catalog_service.house import rows
from tests.catalog_service.town import PASSWORD, Person, Town
from tests.languages import HAN
from tests.storefront.test_accounts import Browser, app, browser, town

__all__ = ["app", "browser", "town"]  # fixtures


@pytest.fixture
def elsewhere(app: FastAPI) -> Browser:
    """Another machine."""
    return Browser(app)


def language(browser: Browser, path: str = "/help") -> str:
    shown = browser.get(path)
    (tag,) = re.findall(r'<html lang="([^"]+)"', shown.text)
    said = {"zh-CN": "zh", "en": "en"}[tag]
    assert shown.headers["Content-Language"] == said
    return said


def switch(browser: Browser, to: str) -> None:
    answer = browser.client.post("/language", data={"language": to, "next": "/help"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/help")


def close(browser: Browser) -> None:
    """What lasts no longer than the browser is open goes."""
    jar = browser.client.cookies.jar
    for cookie in [each for each in jar if each.discard]:
        jar.clear(cookie.domain, cookie.path, cookie.name)


def recorded(town: Town, person: Person) -> str | None:
    (found,) = rows(town.record, f"SELECT language FROM members WHERE member_id = '{person.member_id}'")
    return found[0]  # type: ignore[no-any-return]


def choose(town: Town, person: Person, to: str) -> None:
    town.people.choose_language(
        member_id=person.member_id, company_id=person.company_id, language=to,
        request=DeedRequest(actor=person.member_id),
    )  # fmt: skip


def test_what_a_member_chooses_is_met_on_every_machine_after_signing_in(
    browser: Browser, elsewhere: Browser, town: Town
) -> None:
    owner = town.company()
    browser.sign_in(owner.login)
    assert (language(browser), recorded(town, owner)) == ("zh", None)
    switch(browser, "en")
    assert (language(browser, "/account"), recorded(town, owner)) == ("en", "en")
    assert language(elsewhere) == "zh"  # nobody is known there
    elsewhere.sign_in(owner.login)
    assert (language(elsewhere), language(elsewhere, "/account")) == ("en", "en")
    close(elsewhere)
    assert language(elsewhere) == "en"


def test_the_members_language_comes_before_what_this_browser_read_last(browser: Browser, town: Town) -> None:
    chinese, english = town.company(), town.company("en@b.example.com", "乙公司")
    choose(town, chinese, "zh")
    choose(town, english, "en")
    for person, said in ((english, "en"), (chinese, "zh"), (english, "en")):
        browser.sign_in(person.login)
        assert language(browser) == said
        browser.send("/account", "/account/sign-out")
        assert language(browser) == said  # the page that one comes back to


def test_what_a_visitor_chose_holds_for_this_visit_and_leaves_the_member_alone(browser: Browser, town: Town) -> None:
    owner = town.company()
    choose(town, owner, "zh")
    switch(browser, "en")
    browser.sign_in(owner.login)
    assert (language(browser, "/account"), recorded(town, owner)) == ("en", "zh")
    close(browser)
    assert language(browser, "/help") == "zh"
    switch(browser, "en")
    assert recorded(town, owner) == "en"  # chosen by somebody who is signed in: no more a visitor's


def test_signing_out_ends_the_visit_so_that_the_next_member_meets_the_own_language(
    browser: Browser, town: Town
) -> None:
    first, second = town.company(), town.company("second@b.example.com", "乙公司")
    choose(town, second, "zh")
    switch(browser, "en")
    browser.sign_in(first.login)
    assert (language(browser), recorded(town, first)) == ("en", "en")  # who had said nothing is taken by the browser's
    browser.send("/account", "/account/sign-out")
    assert VISIT_COOKIE not in browser.client.cookies
    browser.sign_in(second.login)
    assert (language(browser), recorded(town, second)) == ("zh", "zh")


def test_a_visitors_choice_outlives_the_visit(browser: Browser) -> None:
    switch(browser, "en")
    close(browser)
    assert (language(browser), browser.client.cookies[LAST_COOKIE]) == ("en", "en")


def test_the_own_settings_page_changes_pages_and_mails(browser: Browser, town: Town) -> None:
    owner = town.company()
    switch(browser, "zh")  # before signing in: what is chosen in the settings counts all the same
    browser.sign_in(owner.login)
    page = browser.get("/account/security").text
    assert re.search(r'<option value="zh" lang="zh-CN" selected>', page)
    saved = browser.send("/account/security", "/account/security/language", language="en")
    assert saved.headers["location"] == "/account/security?done=saved"
    assert (language(browser, "/account/security"), recorded(town, owner)) == ("en", "en")
    assert 'value="en" lang="en" selected' in browser.get("/account/security").text
    assert '<span lang="en">English</span>' in browser.get("/account").text
    town.people.request_reset(login=owner.login, client="c")
    assert town.mails(owner.login)[-1]["Subject"] == "Reset your password"
    refused = browser.send("/account/security", "/account/security/language", language="fr")
    assert (refused.status_code, "There is no such language" in refused.text) == (400, True)
    assert recorded(town, owner) == "en"


def test_the_markets_people_have_a_language_too(browser: Browser, town: Town) -> None:
    staff = town.staff()
    browser.sign_in(staff.login)
    switch(browser, "en")
    assert (language(browser, "/account/security"), recorded(town, staff)) == ("en", "en")


def test_a_mailed_link_opens_in_the_mails_language_and_joining_takes_that_of_the_page(
    browser: Browser, elsewhere: Browser, town: Town
) -> None:
    owner = town.company()
    browser.sign_in(owner.login)
    switch(browser, "en")
    invited = browser.send(
        "/account/members", name="张伟", login="new@a.example.com", email="", role_buyer="1", language="en"
    )
    assert invited.status_code == 303
    (mail,) = town.mails("new@a.example.com")
    link = re.search(r"http://[^/]+(/\S+)", mail.get_content())
    assert link is not None
    first = elsewhere.get(link[1])
    assert (first.status_code, "language=" in first.headers["location"]) == (303, False)
    assert language(elsewhere, first.headers["location"]) == "en"
    assert elsewhere.send(first.headers["location"], "/account/confirm", password=PASSWORD).status_code == 303
    elsewhere.sign_in("new@a.example.com")
    assert language(elsewhere, "/account") == "en"
    assert rows(town.record, "SELECT language FROM members WHERE login = 'new@a.example.com'") == [("en",)]


def test_where_somebody_chose_already_a_mailed_link_changes_nothing(browser: Browser, town: Town) -> None:
    switch(browser, "zh")
    town.people.sign_up(company_name="甲公司", login="n@a.example.com", email="", name="王", client="c", language="en")
    link = f"/account/confirm?language=en&token={town.link('n@a.example.com')}"
    assert language(browser, link) == "zh"
    browser.send(link, "/account/confirm", password=PASSWORD)
    assert rows(town.record, "SELECT language FROM members") == [("zh",)]


def test_signing_up_takes_the_language_of_the_page(browser: Browser, town: Town) -> None:
    switch(browser, "en")
    browser.send("/account/sign-up", company_name="新公司", name="王芳", login="new@example.com", email="")
    assert rows(town.record, "SELECT language FROM members") == [("en",)]
    assert town.mails("new@example.com")[-1]["Subject"] == "Please confirm your e-mail address"


@pytest.mark.parametrize("name", [VISIT_COOKIE, LAST_COOKIE])
def test_a_cookie_that_names_no_language_of_ours_is_as_if_there_was_none(
    browser: Browser, town: Town, name: str
) -> None:
    browser.client.cookies.set(name, "fr")
    assert language(browser) == "zh"
    owner = town.company()
    browser.sign_in(owner.login)
    assert recorded(town, owner) is None


def test_another_site_chooses_for_nobody(browser: Browser, town: Town) -> None:
    owner = town.company()
    browser.sign_in(owner.login)
    forged = browser.client.post(
        "/language", data={"language": "en"}, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    )
    assert (forged.status_code, recorded(town, owner), language(browser)) == (403, None, "zh")


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("金华", True),
        ("浙江/金华市", True),
        ("Jinhua", True),
        ("jinhua", True),
        ("杭州", False),
        ("Hangzhou", False),
        ("", False),
    ],
)
def test_a_visitors_city_is_known_in_the_letters_that_the_page_shows(typed: str, near: bool) -> None:
    assert is_near(typed, "浙江 金华市") is near
    assert is_near(typed, "") is False


def test_an_english_page_names_the_places_of_suppliers_in_english(browser: Browser) -> None:
    switch(browser, "en")
    shown = re.findall(r'class="card-place">.*?</p>', browser.get("/search?q=水杯").text, re.S)
    assert shown
    assert [place for place in shown if HAN.search(re.sub(r'href="[^"]*"', "", place))] == []
    assert any(re.search(r">[A-Z][a-z']+, [A-Z][a-z]+</a>", place) for place in shown)
