"""Every page in English, in a real Chromium: what is Chinese there was written by somebody, not by the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from catalog_service.service import Record
from pifa.demo.accounts import BUYER_COMPANY, PASSWORD, PEOPLE, REQUEST, SELLER_COMPANY
from pifa.wiring import Installation
from storefront.pages.home import EXAMPLES
from tests.browser import buyers
from tests.browser.buyers import APPROVER, OWNER, offers_to_buy, ship
from tests.browser.conftest import OpenPage
from tests.browser.pages import PAGES
from tests.browser.seller import ADDRESS, SELLER_PAGES, Stall
from tests.browser.test_market import staff_session
from tests.languages import HAN

# All that a reader meets: text, also what only a screen reader says, and the words of attributes and fields.
SAID = """() => {
  for (const each of document.querySelectorAll("em")) each.replaceWith(each.textContent);
  document.body.normalize();
  const said = [document.title];
  const skip = new Set(["SCRIPT", "STYLE"]);
  const walk = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    if (holder && !skip.has(holder.tagName) && !holder.closest("[lang^=zh]")) said.push(walk.currentNode.data);
  }
  for (const each of document.querySelectorAll("*")) {
    for (const name of ["title", "aria-label", "placeholder", "alt", "data-announce", "data-label", "content"]) {
      if (each.hasAttribute(name) && !each.closest("[lang^=zh]")) said.push(each.getAttribute(name));
    }
  }
  return said;
}"""
# What the tests typed themselves, names of the market (its own, its carriers, its example queries), and the head of a
# column that a file must have.
TYPED = (
    "Pifa 批发", "请用加厚纸箱", "规格下错了，少要一些", "普通快递", "老客户", "不要了", "顺丰", "王芳",
    "连衣裙", "不锈钢", "中文", "这个月的预算用完了", "断供",
    "新来的公司", "义乌市大洋百货有限公司", "永康市晨光五金厂", "李强", *EXAMPLES,
    "10元以下", "500个", "货号", "数量",
    "女包 10元以下", "螺丝 500个", "水杯 不要", "不要, 非 or 除了", "钢板 3mm 除了",
)  # fmt: skip
LEAST = 2  # characters of a name that is taken out of a text: one alone could hide a word of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Texts that people wrote: a whole one may be of one character, one within a text is of two at least."""

    exact: frozenset[str]
    pattern: re.Pattern[str]


@pytest.fixture(scope="session")
def names(installation: Installation, stall: Stall, browser: Browser, address: str) -> Names:
    """Everything Chinese that people wrote: titles, names, values, addresses, categories without an English name."""
    known = set(TYPED)
    with installation.record() as record:
        for batch in record.catalog.live_offers(batch_size=1_000):
            for offer, supplier in batch:
                known |= {offer.title, offer.brand, offer.description, *_values(offer.attributes)}
                if supplier is not None:
                    known.add(supplier.name)
                for view in record.offers.offer(offer.offer_id).skus:
                    known |= {text for pair in view.sku.values for text in pair}
        known |= _of_people(record)
    known |= _of_suppliers(browser, address)
    for node in installation.taxonomy.nodes.values():
        known.add(node.name if node.level > 1 else "")
        known |= {value for attribute in node.attributes for value in attribute.values}
    told = sorted((each for each in known if len(each) >= LEAST and HAN.search(each)), key=len, reverse=True)
    return Names(exact=frozenset(known), pattern=re.compile("|".join(map(re.escape, told))))


def _of_suppliers(browser: Browser, address: str) -> set[str]:
    """Their names, as the index has them: some have no listing of today's record."""
    context = browser.new_context(base_url=address)
    found, cursor = set[str](), ""
    while True:
        answer = context.request.get("/api/v1/search", params={"size": "100"} | ({"cursor": cursor} if cursor else {}))
        page = answer.json()
        for hit in page["hits"]:
            found |= {hit["supplier"]["name"]} if hit["supplier"] else set()
        cursor = page["next_cursor"]
        if not cursor:
            context.close()
            return found


def _values(attributes: object) -> Iterator[str]:
    for key, values in dict(attributes).items():  # type: ignore[call-overload]
        yield from (key, *values)


def _of_people(record: Record) -> set[str]:
    found = {person.name for person in PEOPLE}
    for company_id in (BUYER_COMPANY, SELLER_COMPANY):
        found.add(record.people.reads.company(company_id).name)
        for row in record.people.reads.addresses(company_id):
            found |= set(_address(row.address))
    return found | set(_address(ADDRESS))


def _address(address: object) -> Iterator[str]:
    for name in ("recipient", "city", "district", "street"):
        text = getattr(address, name)
        yield from (text, *text.split())


def chinese(page: Page, names: Names) -> list[str]:
    """What the page says in Chinese of its own."""
    said = (text.strip() for text in page.evaluate(SAID))
    left = [names.pattern.sub("", text) for text in said if text not in names.exact]
    return sorted({text.strip() for text in left if HAN.search(text)})


@pytest.mark.parametrize("name", PAGES)
def test_an_open_page_is_english(open_page: OpenPage, dress: str, names: Names, name: str) -> None:
    page = open_page(PAGES[name].format(dress=dress), language="en")
    assert page.locator("html").get_attribute("lang") == "en"
    assert chinese(page, names) == []


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=不锈钢 10元以下&region=浙江&verified=true&moq_max=500&dispatch_hours_max=48&sort=price",
        "/search?category=03&freight_free=false",
        "/search?q=不锈钢水杯 不要塑料 500个",
        "/search?q=zhong guo&quantity=50&city=杭州",
        "/search?q=连衣裙&region=西藏&sample=true&attr.color=没有这色",
    ],
)  # fmt: skip
def test_results_are_english_whatever_is_chosen(open_page: OpenPage, names: Names, path: str) -> None:
    page = open_page(path, language="en")
    query = dict(parse_qsl(urlsplit(path).query))
    mine = "|".join(map(re.escape, (query.get("q", "-"), "塑料", "没有这色", "杭州", "不锈钢 10元以下")))
    assert chinese(page, Names(exact=names.exact, pattern=re.compile(f"{names.pattern.pattern}|{mine}"))) == []


def test_why_a_listing_stands_where_it_does_is_english(open_page: OpenPage, names: Names) -> None:
    page = open_page("/search?q=不锈钢&quantity=50", language="en")
    paths = page.locator(".why-body a").evaluate_all("links => links.map(each => each.getAttribute('href'))")[:3]
    assert paths
    for path in paths:
        page.goto(path)
        assert chinese(page, names) == []


def test_offers_are_english(open_page: OpenPage, installation: Installation, names: Names) -> None:
    page = open_page("/", language="en")
    with installation.record() as record:
        (batch, *_) = record.catalog.live_offers(batch_size=24)
    for offer, _ in batch:
        page.goto(f"/offer/{offer.offer_id}?quantity={offer.moq + 1}")
        assert chinese(page, names) == [], offer.offer_id
    page.goto("/compare?" + "&".join(f"offer={offer.offer_id}" for offer, _ in batch[:4]))
    assert chinese(page, names) == []


@pytest.mark.parametrize("name", [*SELLER_PAGES, "seller-begin"])
def test_a_sellers_page_is_english(open_page: OpenPage, stall: Stall, names: Names, name: str) -> None:
    member = stall.beginner if name == "seller-begin" else stall.seller
    page = open_page(SELLER_PAGES.get(name, "/seller").format(**stall.ids), session=member.session, language="en")
    assert chinese(page, names) == []


COMPANY_PAGES = ("", "/members", "/addresses", "/invoice", "/keys", "/security")


@pytest.mark.parametrize("path", [*(f"/account{each}" for each in COMPANY_PAGES), "/orders", "/approvals"])
def test_a_companys_page_is_english(open_page: OpenPage, stall: Stall, names: Names, path: str) -> None:
    assert chinese(open_page(path, session=stall.buyer.session, language="en"), names) == []


@pytest.mark.parametrize("key", ["order", "unpaid", "refund"])
def test_an_order_is_english(open_page: OpenPage, stall: Stall, names: Names, key: str) -> None:
    page = open_page(f"/orders/{stall.ids[key]}", session=stall.buyer.session, language="en")
    assert chinese(page, names) == []


@pytest.mark.parametrize("path", ["/staff", "/staff?state=approved", "/staff/people"])
def test_a_page_of_the_market_is_english(
    open_page: OpenPage, stall: Stall, installation: Installation, names: Names, path: str
) -> None:
    session = staff_session(installation, stall.record, f"english-{path.count('e')}{len(path)}@example.com")
    assert chinese(open_page(path, session=session, language="en"), names) == []


def sign_in(page: Page, login: str) -> None:
    page.goto("/account/sign-in")
    page.get_by_label("E-mail or mobile").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")


@pytest.fixture
def owner_stays_chinese(installation: Installation) -> Iterator[None]:
    """Whoever signs in with an English browser and never chose has chosen: other tests meet the owner in Chinese."""
    yield
    with installation.record() as record:
        record.people.choose_language(
            member_id=OWNER.replace("@", "-at-"), company_id=BUYER_COMPANY, language="zh", request=REQUEST
        )


def speaks(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


@pytest.mark.usefixtures("owner_stays_chinese")
def test_a_language_goes_with_the_member_from_machine_to_machine(open_page: OpenPage) -> None:
    first, second, third = open_page("/"), open_page("/"), open_page("/")
    buyers.sign_in(first, OWNER)
    assert speaks(first) == "zh-CN"
    first.get_by_role("button", name="English").click()
    first.get_by_role("button", name="中文").wait_for()
    assert (speaks(first), first.url.rpartition("/")[2]) == ("en", "account")
    buyers.sign_in(second, OWNER)
    assert speaks(second) == "en"
    third.get_by_role("button", name="English").click()
    third.get_by_role("button", name="中文").click()  # a visitor who says so
    buyers.sign_in(third, OWNER)
    assert speaks(third) == "zh-CN"
    second.goto("/account/security#language")
    second.get_by_label("Language of e-mails and pages").select_option("zh")
    second.get_by_role("button", name="Save language").click()
    second.wait_for_url("**/account/security?done=saved")
    assert speaks(second) == "zh-CN"


@pytest.mark.usefixtures("owner_stays_chinese")
def test_from_the_matrix_to_receipt_every_step_is_english(
    open_page: OpenPage, installation: Installation, names: Names
) -> None:
    offer = offers_to_buy(installation)[0]
    page = open_page("/", language="en")
    sign_in(page, OWNER)
    page.goto(f"/offer/{offer.offer_id}")
    steps = [chinese(page, names)]
    for quantity in (1, offer.moq * 2):
        page.locator(".matrix input[name^=q_]").first.fill(str(quantity))
        with page.expect_navigation(url=f"**/offer/{offer.offer_id}?q_*"):
            page.locator(".matrix-foot button[value=price]").click()
        steps.append(chinese(page, names))
    page.locator("button[value=add]").click()
    page.wait_for_selector(".form-done")
    page.goto("/cart")
    steps.append(chinese(page, names))
    page.locator(".line-count input").first.fill("1")
    page.locator(".sums button[value=update]").click()
    page.wait_for_selector(".line-trouble, .hints")
    steps.append(chinese(page, names))
    page.locator(".line-count input").first.fill(str(offer.moq * 2))
    page.locator(".sums button[value=update]").click()
    page.goto("/checkout")
    steps.append(chinese(page, names))
    page.locator("button[value=place]").click()
    page.wait_for_selector(".form-done")
    order_id = re.split(r"[/?]", page.url)[4]
    steps.append(chinese(page, names))
    page.locator("form[action$='/pay'] button").click()
    page.wait_for_url("**/sandbox/pay/**")
    steps.append(chinese(page, names))
    page.locator("button[value=pay]").click()
    page.wait_for_selector(".form-done")
    ship(installation, order_id)
    page.goto(f"/orders/{order_id}")
    steps.append(chinese(page, names))
    page.locator("details.sure > summary").click()
    page.locator("form[action$='/confirm'] button").click()
    page.wait_for_selector(".form-done")
    steps.append(chinese(page, names))
    for path in (f"/orders/{order_id}/print", "/account", "/orders"):
        page.goto(path)
        steps.append(chinese(page, names))
    assert steps == [[] for _ in steps]


def test_a_quick_order_is_english(open_page: OpenPage, installation: Installation, names: Names) -> None:
    offer = offers_to_buy(installation)[1]
    page = open_page("/cart/quick", language="en")
    page.fill("#text", f"{offer.offer_id}\t1\nno-such-code\t5\n{offer.offer_id}\tmany\ncode quantity")
    page.locator("button[value=check]").click()
    page.wait_for_selector(".quick")
    assert chinese(page, names) == []


def test_what_is_refused_is_english(open_page: OpenPage, names: Names) -> None:
    page = open_page("/account/sign-in", language="en")
    page.get_by_label("E-mail or mobile").fill(APPROVER)
    page.get_by_label("Password").fill("not this one")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert chinese(page, names) == []


def test_a_word_of_the_house_is_noticed_and_a_suppliers_is_not(open_page: OpenPage, names: Names) -> None:
    page = open_page("/help", language="en")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p title=\"请刷新\">顺丰 已发货</p><p lang=\"zh\">好</p>')"
    )
    assert chinese(page, names) == ["已发货", "请刷新"]
