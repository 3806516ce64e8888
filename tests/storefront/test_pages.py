"""Every page: it answers, it escapes, it says what it should."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from tests.storefront.conftest import Market
from tests.storefront.market import HOSTILE_TITLE, SUPPLIERS

PAGES = (
    "/",
    "/search",
    "/search?q=连衣裙&quantity=50",
    "/search?q=没有这样的东西",
    "/category",
    "/category/16",
    "/category/1601",
    "/offer/d001",
    "/offer/b001?quantity=350",
    "/offer/b002",
    "/offer/x001",
    "/compare",
    "/compare?offer=d001&offer=b001",
    "/favourites",
    "/about/ranking",
    "/help",
    "/developers",
    "/developers/运行",
    "/enquiry?q=螺丝&quantity=500",
    "/search/why/d001?q=连衣裙",
)


class Page(HTMLParser):
    """What a test asks of a page: its links, forms and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def links(self, css_class: str) -> list[str]:
        return [
            attributes["href"] or ""
            for tag, attributes in self.tags
            if tag == "a" and css_class in (attributes.get("class") or "").split()
        ]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def page_of(client: TestClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return Page(response.text)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_and_runs_nothing_inline(client: TestClient, address: str) -> None:
    page = page_of(client, address)
    assert sum(tag == "h1" for tag, _ in page.tags) == 1
    for tag, attributes in page.tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "style"
        assert tag != "script" or (attributes.get("src") or "").startswith("/static/")


@pytest.mark.parametrize("address", PAGES)
def test_no_identifier_stands_twice_on_a_page(client: TestClient, address: str) -> None:
    ids = [attributes["id"] for _, attributes in page_of(client, address).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "address", ["/search?sort=newest", "/offer/x001", "/compare?offer=x001", "/search?q=连衣裙&size=100"]
)
def test_a_hostile_title_stays_text(client: TestClient, address: str) -> None:
    html = client.get(address).text
    assert "<script>alert" not in html
    assert "onerror=alert(2)>" not in html.replace("onerror=alert(2)&gt;", "")
    assert "javascript:" not in html


def test_a_hostile_title_reads_as_it_was_written(client: TestClient) -> None:
    assert HOSTILE_TITLE in page_of(client, "/offer/x001").text


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", '"><b>', "{{ 7*7 }}", "' or 1=1 --", "\x00\x07", "🧨" * 20]
)
def test_a_hostile_query_stays_text(client: TestClient, query: str) -> None:
    response = client.get("/search", params={"q": query})
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert '"><b>' not in response.text
    assert "49" not in Page(response.text).text.split("共")[0]


def test_the_price_at_my_quantity_stands_on_the_card(client: TestClient) -> None:
    page = page_of(client, "/search?q=1号&quantity=50")
    assert "¥40.10/条 按 50条" in page.text


def test_without_a_quantity_the_price_is_that_of_the_minimum_order(client: TestClient) -> None:
    assert "¥45.10/条 按起批 2条" in page_of(client, "/search?q=1号").text


def test_a_price_on_request_says_so(client: TestClient) -> None:
    assert "面议" in page_of(client, "/search?q=地脚").text


def test_a_listing_sold_by_the_box_shows_the_price_of_a_piece(client: TestClient) -> None:
    assert "合 ¥0.38/件（500件/箱）" in page_of(client, "/search?q=六角螺栓 整箱").text


def test_a_listing_sold_by_the_piece_shows_the_price_of_its_box(client: TestClient) -> None:
    assert "¥225/箱（500个）" in page_of(client, "/offer/b001").text


def test_the_reached_tier_is_lit_and_the_next_says_what_it_saves(client: TestClient) -> None:
    page = page_of(client, "/offer/b001?quantity=400")
    assert "100-999个" in page.text
    assert "¥0.45（您的价格）" in page.text
    assert "再买 600个，单价省 15%" in page.text
    assert "¥180" in page.text


def test_a_quantity_that_is_no_multiple_names_the_two_that_are(client: TestClient) -> None:
    page = page_of(client, "/offer/b001?quantity=350")
    assert "须为 100 的整数倍" in page.text
    hrefs = [attributes.get("href") for tag, attributes in page.tags if tag == "a"]
    assert "/offer/b001?quantity=300" in hrefs
    assert "/offer/b001?quantity=400" in hrefs


def test_a_quantity_below_the_minimum_is_priced_at_the_minimum_and_says_so(client: TestClient) -> None:
    page = page_of(client, "/offer/b001?quantity=7")
    assert "起订量为 100个，已按起订量计价" in page.text
    assert "¥45" in page.text


@pytest.mark.parametrize("quantity", ["0", "-5", "1.5", "abc", "99999999999", "１０ ０"])
def test_a_quantity_that_is_none_is_refused_by_name(client: TestClient, quantity: str) -> None:
    response = client.get("/offer/b001", params={"quantity": quantity})
    assert response.status_code == 400
    assert "数量应为" in response.text


def test_attributes_stand_under_the_taxonomys_names_and_units(client: TestClient) -> None:
    page = page_of(client, "/offer/b001")
    assert "单重18g" in page.text
    assert "自定参数一等品" in page.text
    assert "弹力是" in page_of(client, "/offer/d001").text


def test_the_supplier_shows_the_evidence_of_its_credit(client: TestClient) -> None:
    page = page_of(client, "/offer/b001")
    assert "按时发货900 / 903" in page.text
    assert "现由“货描相符”决定" in page.text


def test_an_offer_that_is_not_indexed_yet_still_has_its_page(client: TestClient) -> None:
    assert "相似货源" not in page_of(client, "/offer/b002").text


def test_a_withdrawn_offer_is_a_404_that_leads_on(client: TestClient, market: Market) -> None:
    market.offers.withdrawn.add("d001")
    response = client.get("/offer/d001")
    assert response.status_code == 404
    assert "该货源已下架" in response.text
    assert "搜索同类货源" in response.text


def test_an_offer_that_never_was_is_a_404_page(client: TestClient) -> None:
    response = client.get("/offer/zzz")
    assert response.status_code == 404
    assert "没有这个货品" in response.text
    assert "回首页" in response.text


def test_compared_offers_differ_where_the_row_is_lit(client: TestClient) -> None:
    html = client.get("/compare?offer=d001&offer=d003&quantity=50").text
    assert re.search(r'<tr class="differs"><th scope="row">价格阶梯', html)
    assert re.search(r'<tr><th scope="row">供应商', html)
    assert html.count("最低") == 1


def test_five_offers_are_too_many_to_compare(client: TestClient) -> None:
    response = client.get("/compare?" + "&".join(f"offer=d00{n}" for n in range(1, 6)))
    assert response.status_code == 400
    assert "最多同时对比 4 个" in response.text


def test_the_menu_holds_every_sector_and_its_groups(client: TestClient) -> None:
    page = page_of(client, "/")
    hrefs = [attributes.get("href") for tag, attributes in page.tags if tag == "a"]
    assert {"/category/03", "/category/16", "/category/0301", "/category/1601"} <= set(hrefs)


def test_a_leaf_category_leads_to_its_results(client: TestClient) -> None:
    response = client.get("/category/160101?quantity=20")
    assert response.status_code == 303
    assert response.headers["location"] == "/search?category=160101&quantity=20"


def test_the_ranking_page_shows_every_weight_with_its_reason(client: TestClient) -> None:
    text = page_of(client, "/about/ranking").text
    for label in ("语义相近", "诚信记录", "每个词都要出现在标题或参数里", "最多移动的名次"):
        assert label in text
    assert "proven conduct over many trades" in text


def test_the_explanation_sums_to_its_score(client: TestClient) -> None:
    text = page_of(client, "/search/why/d002?q=连衣裙").text
    assert "+0.280" in text
    assert "合计0.400" in text
    assert "只看相关性排第 4，因价格、履约与诚信前移 2 位" in text


def test_the_explanation_of_a_listing_that_is_not_there_is_a_404(client: TestClient) -> None:
    assert client.get("/search/why/b001?q=连衣裙").status_code == 404


def test_what_holds_no_word_is_told_apart_from_a_search(client: TestClient) -> None:
    assert "没有可以搜索的文字" in client.get("/search", params={"q": "😀", "quantity": "50"}).text
    assert "没有可以搜索的文字" not in client.get("/search", params={"q": "连衣裙"}).text
    assert "没有可以搜索的文字" not in client.get("/search").text


def test_a_suppliers_listings_stand_under_its_name(client: TestClient) -> None:
    page = client.get("/search", params={"supplier": SUPPLIERS[0].supplier_id}).text
    assert f'<h1 id="found-heading" tabindex="-1">{SUPPLIERS[0].name}' in page


def test_the_enquiry_is_written_out_ready_to_send(client: TestClient) -> None:
    text = page_of(client, "/enquiry?q=M8螺丝&quantity=500&city=义乌").text
    assert "货品：M8螺丝" in text
    assert "数量：500" in text
    assert "收货城市：义乌" in text


def test_suggestions_carry_the_sequence_of_their_question(client: TestClient) -> None:
    answer = client.get("/suggest", params={"q": "连", "sequence": "7"}).json()
    assert answer["sequence"] == 7
    assert [entry["text"] for entry in answer["suggestions"]] == ["连衣裙", "连衣裙 夏季"]
    assert answer["suggestions"][0]["matched"] == 1


def test_static_files_are_cached_for_good_under_the_hash_of_their_content(client: TestClient) -> None:
    sheet = re.search(r'href="(/static/site\.[0-9a-f]{10}\.css)"', client.get("/help").text)
    assert sheet is not None
    response = client.get(sheet[1])
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/static/site.css").status_code == 404


@pytest.mark.parametrize(
    "path", ["/static/../pyproject.toml", "/static/%2e%2e/router.py", "/pictures/..%2f.svg", "/pictures/a.svg"]
)
def test_no_other_file_can_be_read(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_picture_is_drawn_and_cached_for_good(client: TestClient) -> None:
    response = client.get("/pictures/dress-e06377-2.svg")
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.headers["cache-control"].endswith("immutable")
    assert response.text.startswith("<svg")


def test_english_speaks_english_and_the_goods_stay_chinese(client: TestClient) -> None:
    client.cookies.set("pifa_language", "en")
    page = page_of(client, "/search?q=连衣裙")
    assert "My quantity" in page.text
    assert "Filters" in page.text
    assert "法式碎花连衣裙" in page.text


def test_a_group_of_calls_that_there_is_not_is_a_404(client: TestClient) -> None:
    assert client.get("/developers/nothing").status_code == 404


def test_an_offer_shows_every_picture_without_a_script(client: TestClient) -> None:
    found = re.search(r'<div class="gallery">(.*?)</ol>(.*?)</fieldset>', client.get("/offer/b001").text, re.S)
    assert found is not None
    frames, thumbs = (re.findall(r"<img[^>]*>", part) for part in found.groups())
    assert (len(frames), len(thumbs)) == (3, 3)  # what may run code in a page is no picture
    assert [each for each in (*frames, *thumbs) if 'width="' not in each or 'height="' not in each] == []
    assert ['loading="lazy"' in each for each in (*frames, *thumbs)] == [False, *[True] * 5]
    assert [f"，第 {n} 张图片" in each for n, each in enumerate(frames, 1)] == [True] * 3
    assert ("/800.webp" in frames[2], "/320.webp" in thumbs[2]) == (True, True)
    assert found[2].count('type="radio"') == 3
    assert [each for each in range(1, 4) if f'aria-label="第 {each} 张图片"' not in found[2]] == []
    assert 'class="gallery"' not in client.get("/offer/d001").text
