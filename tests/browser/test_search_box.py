"""The search box: suggestions in order, and input methods left alone."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Page, Route, expect

from tests.browser.conftest import OpenPage

OPTIONS = "#suggestions [role=option]"


def answer(route: Route, *texts: str) -> None:
    """Answer a question for suggestions with these texts and the question's own sequence."""
    sequence = int(route.request.url.split("sequence=")[1])
    suggestions = [{"text": text, "matched": 1, "by": "text", "category": "", "href": "/"} for text in texts]
    route.fulfill(json={"sequence": sequence, "suggestions": suggestions})


def composing(page: Page, cdp: CDPSession, text: str) -> None:
    cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def test_suggestions_show_the_typed_part_plain_and_the_rest_bold(open_page: OpenPage) -> None:
    page = open_page("/")
    page.focus("#q")
    page.keyboard.type("螺")
    expect(page.locator(OPTIONS).first).to_be_visible()
    assert page.locator(OPTIONS).count() <= 10
    first = page.locator(f"{OPTIONS} > span:first-child").first
    assert first.inner_text().startswith("螺")
    assert first.locator("b").inner_text() == first.inner_text()[1:]


def test_arrows_choose_escape_gives_back_what_was_typed_and_enter_searches(open_page: OpenPage) -> None:
    page = open_page("/")
    box = page.locator("#q")
    page.route("**/suggest?**", lambda route: answer(route, "螺丝", "螺母"))
    box.focus()
    page.keyboard.type("螺")
    expect(page.locator(OPTIONS)).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("螺母")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-1")
    expect(page.locator("#suggestion-1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(box).to_have_value("螺")
    expect(page.locator("#suggestions")).to_be_hidden()
    page.keyboard.type("丝")
    expect(page.locator("#suggestions")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=%E8%9E%BA%E4%B8%9D**")


def test_a_late_answer_never_replaces_a_newer_one(open_page: OpenPage) -> None:
    page = open_page("/")
    held: list[Route] = []

    def first_is_late(route: Route) -> None:
        if not held:
            held.append(route)
        else:
            answer(route, "新的")

    page.route("**/suggest?**", first_is_late)
    page.focus("#q")
    page.keyboard.type("螺")
    page.wait_for_timeout(150)
    page.keyboard.type("丝")
    expect(page.locator(OPTIONS)).to_have_text(["新的"])
    answer(held[0], "旧的")
    page.wait_for_timeout(150)
    expect(page.locator(OPTIONS)).to_have_text(["新的"])


def test_an_answer_that_comes_after_the_box_was_left_stays_away(open_page: OpenPage) -> None:
    page = open_page("/")
    held: list[Route] = []
    page.route("**/suggest?**", lambda route: held.append(route))
    page.focus("#q")
    page.keyboard.type("螺")
    page.wait_for_timeout(150)
    page.locator("#q").blur()
    page.wait_for_timeout(200)
    answer(held[0], "螺丝")
    page.wait_for_timeout(100)
    expect(page.locator("#suggestions")).to_be_hidden()


def test_a_failing_suggestion_disturbs_nothing(open_page: OpenPage) -> None:
    page = open_page("/")
    page.route("**/suggest?**", lambda route: route.fulfill(status=500, body="no"))
    page.focus("#q")
    page.keyboard.type("螺丝")
    page.wait_for_timeout(150)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=**")


def test_letters_of_an_open_composition_go_to_suggest_alone(open_page: OpenPage) -> None:
    page = open_page("/")
    cdp = page.context.new_cdp_session(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    entries = page.evaluate("history.length")
    page.focus("#q")
    with page.expect_request(lambda request: "/suggest?q=lianyiqun" in request.url):
        for text in ("l", "lian", "lianyi", "lianyiqun"):
            composing(page, cdp, text)
    expect(page.locator(OPTIONS).first).to_be_visible()
    assert [url for url in asked if "/search" in url] == []
    assert page.evaluate("history.length") == entries
    cdp.send("Input.insertText", {"text": "连衣裙"})
    expect(page.locator("#q")).to_have_value("连衣裙")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=%E8%BF%9E%E8%A1%A3%E8%A3%99**")


KEY = """([key, keyCode, isComposing]) => {
  const box = document.getElementById("q");
  const event = new KeyboardEvent("keydown", {key, keyCode, isComposing, bubbles: true, cancelable: true});
  box.dispatchEvent(event);
  return event.defaultPrevented;
}"""


def test_enter_arrows_and_escape_of_an_open_composition_belong_to_the_input_method(open_page: OpenPage) -> None:
    page = open_page("/")
    page.route("**/suggest?**", lambda route: answer(route, "连衣裙", "连体裤"))
    cdp = page.context.new_cdp_session(page)
    page.focus("#q")
    composing(page, cdp, "lian")
    expect(page.locator(OPTIONS)).to_have_count(2)
    for key in ("ArrowDown", "ArrowUp", "Escape"):
        for key_code in (229, 40):
            assert page.evaluate(KEY, [key, key_code, True]) is False
    expect(page.locator("#suggestions")).to_be_visible()
    expect(page.locator("#q")).not_to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(page.locator("#q")).to_have_value("lian")


def test_safaris_enter_after_a_composition_does_not_search(open_page: OpenPage) -> None:
    page = open_page("/")
    page.focus("#q")
    page.keyboard.type("lian")
    assert page.evaluate(KEY, ["Enter", 229, False]) is True
    assert page.url.endswith("/")


def test_enter_of_a_keyboard_that_composes_latin_words_searches(open_page: OpenPage) -> None:
    page = open_page("/")
    cdp = page.context.new_cdp_session(page)
    page.focus("#q")
    composing(page, cdp, "shouji")
    assert page.evaluate(KEY, ["Enter", 13, True]) is False
    page.evaluate("document.querySelector('form.search').requestSubmit()")
    page.wait_for_url("**/search?q=shouji**")


def test_no_key_is_taken_from_a_chinese_composition_even_with_its_own_code(open_page: OpenPage) -> None:
    page = open_page("/")
    cdp = page.context.new_cdp_session(page)
    page.route("**/suggest?**", lambda route: answer(route, "连衣裙"))
    page.focus("#q")
    composing(page, cdp, "连衣")
    expect(page.locator(OPTIONS)).to_have_count(1)
    assert page.evaluate(KEY, ["Enter", 13, True]) is False
    expect(page.locator("#suggestions")).to_be_visible()


def test_suggestions_work_with_a_click(open_page: OpenPage) -> None:
    page = open_page("/")
    page.route("**/suggest?**", lambda route: answer(route, "螺丝", "螺母"))
    page.focus("#q")
    page.keyboard.type("螺")
    page.locator(OPTIONS).nth(1).click()
    page.wait_for_url("**/search?q=%E8%9E%BA%E6%AF%8D**")


def test_a_hostile_suggestion_stays_text(open_page: OpenPage) -> None:
    page = open_page("/")
    page.route("**/suggest?**", lambda route: answer(route, "<img src=x onerror=alert(1)>"))
    page.focus("#q")
    page.keyboard.type("螺")
    expect(page.locator(OPTIONS)).to_have_text(["<img src=x onerror=alert(1)>"])
    assert page.locator("#suggestions img").count() == 0
