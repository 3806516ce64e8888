"""No barrier in any state of a page; and planted barriers are caught, so that a clean run means something."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.barriers import OF_WIDTH, barriers
from tests.browser.conftest import OpenPage


def test_no_state_of_the_results_has_a_barrier(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢&size=4")
    page.locator(".why summary").first.click()
    expect(page.locator(".why-facts").first).to_be_visible()
    page.focus("#q")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("螺")
    expect(page.locator("#suggestions")).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert barriers(page) == []


def test_the_open_menu_and_the_filters_of_a_phone_have_no_barrier(open_page: OpenPage) -> None:
    page = open_page("/")
    page.locator(".sectors summary", has_text="服装").click()
    assert barriers(page, rules=("color-contrast", *OF_WIDTH)) == []
    phone = open_page("/search?q=不锈钢&size=4", phone=True)
    phone.click(".filters-button")
    assert barriers(phone) == []


def test_english_has_no_barrier(open_page: OpenPage) -> None:
    page = open_page("/search?q=不锈钢&size=4")
    page.click("text=English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert barriers(page) == []


INSERT = "document.querySelector('main').insertAdjacentHTML('beforeend', `{}`)"
# Each is a mistake that a hand could make in a template; the rule that must notice it stands beside.
PLANTED = {
    "image-alt": INSERT.format('<img src="/x.svg">'),
    "button-name": "const b = document.querySelector('.keep-button'); b.replaceChildren(); b.removeAttribute('title')",
    "link-name": "const a = document.querySelector('.card-title a'); a.replaceChildren(); a.removeAttribute('title')",
    "label": "const q = document.getElementById('q'); q.removeAttribute('placeholder'); q.labels[0].remove()",
    "color-contrast": "document.querySelector('.sold').style.color = '#bbb'",
    "html-has-lang": "document.documentElement.removeAttribute('lang')",
    "html-lang-valid": "document.documentElement.lang = 'chinese-ish'",
    "document-title": "document.title = ''",
    "list": "document.querySelector('.cards').append(document.createElement('div'))",
    "aria-required-attr": INSERT.format('<b role="checkbox" tabindex="0">x</b>'),
    "aria-valid-attr-value": "document.querySelector('.keep-button').setAttribute('aria-pressed', 'perhaps')",
    "page-has-heading-one": "document.querySelector('h1').outerHTML = '<p>x</p>'",
    "heading-order": INSERT.format("<h6>x</h6>"),
    "landmark-one-main": "const m = document.querySelector('main'); m.outerHTML = '<div>' + m.innerHTML + '</div>'",
    "meta-viewport": "document.querySelector('meta[name=viewport]').content = 'user-scalable=no'",
    "nested-interactive": INSERT.format('<button>x<a href="#">y</a></button>'),
    "target-size": "for (const x of document.querySelectorAll('.card-actions form')) x.style.marginLeft = '-24px'",
    "aria-hidden-focus": "document.querySelector('.pager, .rule').setAttribute('aria-hidden', 'true')",
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_barrier_is_caught(open_page: OpenPage, rule: str) -> None:
    page = open_page("/search?q=不锈钢&size=2")
    assert barriers(page, rules=(rule,)) == []
    page.evaluate(PLANTED[rule])
    assert {entry.partition(":")[0] for entry in barriers(page, rules=(rule,))} == {rule}
