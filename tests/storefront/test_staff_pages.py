"""The pages of the market's people: verifications that wait, their scans, and who else decides."""

from __future__ import annotations

import html
import re

import pytest

from tests.catalog_service.house import rows
from tests.catalog_service.town import PASSWORD, SELF, Person, Town
from tests.storefront.test_accounts import Browser, app, browser, town

__all__ = ["app", "browser", "town"]  # fixtures

WAITING, PEOPLE = "/staff/verifications", "/staff/people"


@pytest.fixture
def staff(town: Town, browser: Browser) -> Person:
    person = town.staff()
    browser.sign_in(person.login)
    return person


def handed_in(town: Town) -> tuple[Person, str]:
    seller, _ = town.seller()
    documents = [*town.licence(seller), ("permit", town.scan(seller, 90))]
    receipt = town.people.submit_verification(company_id=seller.company_id, documents=documents, request=SELF)
    return seller, receipt.subject_id


def test_a_verification_is_read_and_approved(browser: Browser, town: Town, staff: Person) -> None:
    _seller, verification_id = handed_in(town)
    assert browser.get("/staff").headers["location"] == WAITING
    page = html.unescape(browser.get(WAITING).text)
    assert [word in page for word in ("乙工厂", "营业执照", "许可证", "PNG")] == [True] * 4
    links = re.findall(r'href="(/staff/documents/[^"]+)"', page)
    downloads = [browser.get(link) for link in links]
    assert [(each.status_code, each.headers["content-type"]) for each in downloads] == [(200, "image/png")] * 2
    assert {each.headers["content-disposition"].partition(";")[0] for each in downloads} == {"attachment"}
    done = browser.send(WAITING, f"{WAITING}/{verification_id}", years="2")
    assert done.headers["location"] == f"{WAITING}?done=saved"
    assert rows(town.record, "SELECT state, decided_by FROM verifications") == [("approved", staff.member_id)]
    assert "没有这种状态的认证" in browser.get(WAITING).text
    assert "乙工厂" in browser.get(f"{WAITING}?state=approved").text


def test_a_verification_is_refused_with_a_reason(browser: Browser, town: Town, staff: Person) -> None:
    _, verification_id = handed_in(town)
    path = f"{WAITING}/{verification_id}"
    hidden = {**browser.hidden(WAITING, path), "decision": "refuse"}
    assert browser.client.post(path, data={**hidden, "reason": " "}).status_code == 400
    hidden = {**browser.hidden(WAITING, path), "decision": "refuse"}
    assert browser.client.post(path, data={**hidden, "reason": "看不清"}).status_code == 303
    assert "看不清" in browser.get(f"{WAITING}?state=refused").text
    hidden["once"] = "another"
    late = browser.client.post(path, data={**hidden, "decision": "approve", "years": "1"})
    assert late.status_code in (409, 412)


def test_colleagues_are_added_suspended_and_taken_back(browser: Browser, town: Town, staff: Person) -> None:
    assert "最后一位工作人员不能停用" in browser.get(PEOPLE).text
    made = browser.send(PEOPLE, PEOPLE)
    link = re.search(r"<code>http[^<]*token=(pifal_[^<]+)</code>", made.text)
    assert link is not None
    town.people.redeem_admin_link(token=link[1], email="b@market.example.com", name="丙", password=PASSWORD)
    other = next(each for each in town.people.reads.staff() if each.login.startswith("b@"))
    path = f"{PEOPLE}/{other.member_id}"
    assert browser.send(PEOPLE, path, reason="离职").headers["location"] == f"{PEOPLE}?done=saved"
    assert "已停用" in browser.get(PEOPLE).text
    assert browser.send(PEOPLE, path).status_code == 303
    assert rows(town.record, "SELECT count(*) FROM members WHERE state = 'active'") == [(2,)]


def test_these_pages_are_for_the_market_s_people_alone(browser: Browser, town: Town) -> None:
    seller, _ = handed_in(town)
    paths = ("/staff", WAITING, PEOPLE, f"/staff/documents/{town.scan(seller)}")
    assert [browser.get(path).headers["location"].partition("?")[0] for path in paths] == ["/account/sign-in"] * 4
    browser.sign_in(seller.login)
    assert [browser.get(path).status_code for path in paths] == [403] * 4


def test_they_are_shown_in_both_languages(browser: Browser, town: Town, staff: Person) -> None:
    handed_in(town)
    browser.client.cookies.set("pifa_language", "en")
    assert "Business licence" in browser.get(WAITING).text
    assert "Make a link" in browser.get(PEOPLE).text
    assert 'href="/staff"' in browser.get("/account/security").text
    assert browser.get(f"{WAITING}?state=none").status_code == 400
