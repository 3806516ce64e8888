"""The seller's pages without a script: beginning, offers, stock, bulk, orders in two parcels, refunds, statements."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from catalog_service.adapters.company_parties import CompanyParties
from catalog_service.adapters.documents.numbers import number_html
from catalog_service.domain.companies.address import Address
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.orders.plans import Plan
from catalog_service.domain.orders.states import OrderState
from catalog_service.domain.orders.values import OrderDraft, Party
from catalog_service.domain.prices.values import Wanted
from catalog_service.service import Record
from kernel.clock import FixedClock
from storefront.accounts import SESSION_COOKIE, Accounts
from storefront.options import StorefrontOptions
from storefront.router import storefront_error_page, storefront_router
from tests.catalog_service.house import NOW, open_house
from tests.catalog_service.test_pictures import picture
from tests.catalog_service.town import Person, Town
from tests.storefront.market import (
    RANKING_FILES,
    FakeOffers,
    FakeRecommend,
    FakeSearch,
    FakeSuggester,
    offers,
    small_taxonomy,
)
from tests.storefront.test_accounts import Browser
from web.app import build_app
from web.options import WebOptions

ADDRESS = Address(
    recipient="王芳", phone="13800000000", province="浙江", city="金华", district="义乌", street="稠州路 1 号"
)


@dataclass
class Shop:
    """A seller before a browser without scripts, and a buyer who orders through the deeds."""

    town: Town
    browser: Browser
    person: Person
    supplier_id: str
    buyer: Person

    @property
    def record(self) -> Record:
        return self.town.record

    @property
    def bought_by(self) -> Party:
        return Party(company_id=self.buyer.company_id, member_id=self.buyer.member_id)

    def page(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    def press(self, path: str, action: str, **fields: str) -> Any:
        """A form of the page ``path`` sent as a browser would: every field with the value that it shows."""
        answer = self.browser.client.post(action, data={**self.fields(path, action), **fields})
        assert answer.status_code in (200, 303), answer.text[-3000:]
        return answer

    def refused(self, path: str, action: str, status: int, **fields: str) -> str:
        answer = self.browser.client.post(action, data={**self.fields(path, action), **fields})
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    def fields(self, path: str, action: str) -> dict[str, str]:
        form = next(
            form
            for form in re.findall(r"<form[^>]*>.*?</form>", self.browser.get(path).text, re.S)
            if f'method="post" action="{action}"' in form
        )
        return shown_fields(form)

    def publish(self, **fields: str) -> str:
        """The id of an offer that was published through the form."""
        said = {
            "title": "纯棉短袖", "tier_0_q": "10", "tier_0_p": "20", "tier_1_q": "100", "tier_1_p": "18",
            "stock": "500", "act": "publish", **fields,
        }  # fmt: skip
        answer = self.press("/seller/offers/new", "/seller/offers/save", **said)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).partition("?")[0].rpartition("/")[2]

    def order(self, *wanted: tuple[str, int], paid: bool = True, plan: Plan = Plan.FULL) -> str:
        record, by = self.record, self.bought_by
        lines = tuple(Wanted(sku_id=sku_id, quantity=quantity) for sku_id, quantity in wanted)
        priced = record.price_order
        snapshot = record.ordering.desk.deeds.store.write(
            lambda transaction: priced.price(
                transaction, buyer_company_id=by.company_id, supplier_id=self.supplier_id, wanted=lines, region="浙江"
            )
        ).snapshot
        draft = OrderDraft(supplier_id=self.supplier_id, wanted=lines, snapshot=snapshot, plan=plan)
        ask = DeedRequest(actor=by.member_id)
        order_id = str(record.ordering.place(drafts=[draft], address=ADDRESS, by=by, request=ask).facts["orders"])
        if paid:
            self.pay(order_id)
        return order_id

    def pay(self, order_id: str) -> None:
        ordering, ask = self.record.ordering, DeedRequest(actor=self.buyer.member_id)
        due = ordering.reads.order(order_id, self.bought_by).order.due_stage
        assert due is not None
        payment = ordering.pay(order_id=order_id, amount_fen=due.amount_fen, by=self.bought_by, request=ask)
        ordering.sandbox_pay(payment.subject_id, fails=False)

    def state(self, order_id: str) -> OrderState:
        return self.record.ordering.reads.order(order_id, self.bought_by).order.state


def shown_fields(form: str) -> dict[str, str]:
    """What a browser would send of a form if nobody touched it."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = 'type="checkbox"' not in tag or " checked" in tag
        if name and ticked and 'type="file"' not in tag:
            fields[html.unescape(name[1])] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        fields[name] = html.unescape(text)
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    return fields


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    clock = FixedClock(NOW)
    record = open_house(tmp_path / "home", clock=clock)
    assert isinstance(record.ordering.desk.parties, CompanyParties)
    yield Town(record, clock)
    record.close()


@pytest.fixture
def browser(town: Town) -> Browser:
    taxonomy = small_taxonomy()
    search = FakeSearch(offers(), taxonomy)
    options = StorefrontOptions(secret="s" * 32, ranking_files=RANKING_FILES, clock=town.clock)
    accounts = Accounts(
        people=town.people, authenticator=town.record.authenticator, secret=options.secret, https=options.https
    )
    router = storefront_router(
        search=search, recommend=FakeRecommend(search), suggester=FakeSuggester(), taxonomy=taxonomy,
        offers=FakeOffers({}), options=options, accounts=accounts, selling=town.record,
    )  # fmt: skip
    app = build_app(
        title="pages", routers=[router], authenticator=town.record.authenticator, options=WebOptions(access_log=False),
        error_page=storefront_error_page(options),
    )  # fmt: skip
    return Browser(app)


def signed_in(town: Town, browser: Browser, person: Person) -> None:
    browser.client.cookies.set(SESSION_COOKIE, town.session(person))


@pytest.fixture
def shop(town: Town, browser: Browser) -> Shop:
    person, supplier_id = town.seller()
    signed_in(town, browser, person)
    buyer = town.company("buyer@b.example.com", "晨光百货")
    return Shop(town=town, browser=browser, person=person, supplier_id=supplier_id, buyer=buyer)


def test_who_is_not_signed_in_is_asked_to(browser: Browser) -> None:
    for path in ("/seller", "/seller/offers", "/seller/orders", "/seller/statements", "/seller/terms"):
        assert browser.get(path).headers["location"].startswith("/account/sign-in?next=")


def test_a_company_that_does_not_sell_is_shown_how_to_begin(town: Town, browser: Browser) -> None:
    person = town.company()
    signed_in(town, browser, person)
    assert browser.get("/seller/orders").headers["location"] == "/seller"
    assert "成为供应商" in browser.get("/seller").text
    answer = browser.send("/seller", "/seller/open", province="浙江", city="金华")
    assert answer.headers["location"] == "/seller/verification?done=opened"
    assert "卖家工作台" in browser.get("/seller").text
    assert "请选择营业执照" in browser.send("/seller/verification", "/seller/verification").text


def test_scans_are_uploaded_with_the_verification_and_downloaded_by_its_owner(town: Town, browser: Browser) -> None:
    person, _ = town.seller()
    signed_in(town, browser, person)
    page = "/seller/verification"
    refused = browser.upload(page, page, licence=b"no picture")
    assert (refused.status_code, "请上传 JPEG、PNG 或 PDF" in refused.text) == (400, True)
    sent = browser.upload(page, page, licence=picture(600, 400), premises=picture(kind="PNG"))
    assert sent.headers["location"] == f"{page}?done=saved", sent.text
    shown = browser.get(page).text
    assert [word in shown for word in ("待审核", "营业执照", "厂房或门店照片")] == [True] * 3
    links = re.findall(r'href="(/seller/verification/documents/[^"]+)"', shown)
    assert len(links) == 2
    download = browser.get(links[0])
    assert (download.status_code, download.headers["content-type"]) == (200, "image/jpeg")
    assert download.headers["content-disposition"].startswith("attachment;")
    other, _ = town.seller("owner@t.example.com", "丙工厂")
    signed_in(town, browser, other)
    assert browser.get(links[0]).status_code == 404


def test_an_order_is_shipped_in_two_parcels_and_its_money_is_on_the_statement(shop: Shop) -> None:
    offer_id = shop.publish(dispatch_hours="48")
    order_id = shop.order((offer_id, 30))
    path = f"/seller/orders/{order_id}"
    desk = shop.page("/seller")
    assert "还剩 2 天" in desk
    assert path in desk
    assert "晨光百货" in shop.page("/seller/orders?tab=ship")
    assert order_id not in shop.page("/seller/orders?tab=unpaid")
    stale = {"carrier": "顺丰", "waybill": "SF0", "pieces_1": "10", "version": "1"}
    told = shop.refused(path, f"{path}/ship", 412, **stale)
    assert ("内容已被他人修改" in told, "运单号 “SF0”" in told, 'value="SF0"' in told) == (True, True, True)
    assert "等待买家付款 → 等待卖家发货" in told  # what happened since version 1
    too_many = shop.refused(path, f"{path}/ship", 409, carrier="顺丰", waybill="SF1", pieces_1="31")
    assert "发货数量超过未发数量" in too_many
    assert 'value="SF1"' in too_many
    assert 'value="31"' in too_many
    shop.press(path, f"{path}/ship", carrier="顺丰", waybill="SF1", pieces_1="10")
    assert shop.state(order_id) is OrderState.WAIT_SELLER_SEND
    assert "纯棉短袖" in shop.page(f"{path}/packing-list")
    shop.press(path, f"{path}/ship", carrier="圆通", waybill="YT2")
    assert shop.state(order_id) is OrderState.WAIT_BUYER_RECEIVE
    shown = shop.page(path)
    assert "SF1" in shown
    assert "YT2" in shown
    assert "部分发货" in shown
    shop.record.ordering.confirm(order_id=order_id, by=shop.bought_by, request=DeedRequest(actor=shop.buyer.member_id))
    statement = shop.page("/seller/statements")
    assert "¥600.00" in statement
    number = shop.record.ordering.disputes.case(order_id, by="staff").view.order.number
    assert number_html(number) in statement
    for page in ("/seller/orders", path, f"{path}/packing-list", "/seller/statements"):
        assert order_id not in re.sub("<[^>]*>", "", shop.page(page))  # in addresses alone
    for typed in (number, "%20".join(number)):
        assert number_html(number) in shop.page(f"/seller/orders?number={typed}")
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "订单号的校验位对不上" in shop.page(f"/seller/orders?number={wrong}", status=400)
    csv = shop.browser.get("/seller/statements.csv").content.decode("utf-8-sig")
    assert csv.splitlines()[-1].endswith("600.00")
    assert f",{number}," in csv
    assert "¥600.00" in shop.page("/seller")


def test_a_price_is_changed_before_it_is_paid(shop: Shop) -> None:
    order_id = shop.order((shop.publish(), 10), paid=False)
    path = f"/seller/orders/{order_id}"
    assert "写成元" in shop.refused(path, f"{path}/price", 400, payable="abc", reason="老客户")
    unreasoned = shop.refused(path, f"{path}/price", 400, payable="180.50", reason=" ")
    assert "必须写明原因" in unreasoned
    assert 'value="180.50"' in unreasoned
    shop.press(path, f"{path}/price", payable="180.50", reason="老客户")
    assert shop.record.ordering.reads.order(order_id, shop.bought_by).order.payable_fen == 18_050
    assert "老客户" in shop.page(path)
    shop.press(path, f"{path}/cancel", reason="没货了")
    assert shop.state(order_id) is OrderState.CANCEL


def test_an_order_says_when_each_stage_is_due_and_shows_no_empty_panel(shop: Shop) -> None:
    path = f"/seller/orders/{shop.order((shop.publish(), 10), plan=Plan.THREE_STAGES)}"
    shop.press(path, f"{path}/end", reason="发不了")  # beside a proposal that waits nothing else is to be done
    page = shop.page(path)
    due = re.findall(r"第 (\d) 期，(\S+?)付", page)
    assert due == [("1", "下单时"), ("2", "发货前"), ("3", "收货时")]
    assert "其他操作" not in page  # of one that waits for its second stage


def test_an_offer_that_runs_out_of_several_kinds_is_one_row(shop: Shop) -> None:
    fields = {f"sku_{n}_{key}": value for n, colour in enumerate("红黄蓝绿白") for key, value in (
        ("code", f"C{n}"), ("v0", colour), ("stock", str(n)), ("on", "1"))}  # fmt: skip
    shop.publish(attr_0="颜色", stock="", **fields)
    desk = shop.page("/seller")
    assert desk.count("库存不足</span>") == 1
    assert "剩下 红: 0、黄: 1、蓝: 2、绿: 3 等，共 5 种规格；起订量 10" in desk


def test_refunds_are_answered(shop: Shop) -> None:
    order_id = shop.order((shop.publish(), 10))
    path, ordering, by = f"/seller/orders/{order_id}", shop.record.ordering, shop.bought_by
    ask = DeedRequest(actor=by.member_id)
    opened = ordering.open_refund(
        order_id=order_id, amount_fen=5_000, with_goods=False, reason="少发了", by=by, request=ask
    )
    refund = f"{path}/refunds/{opened.facts['refund_id']}"
    assert "少发了" in shop.page("/seller")
    assert "发货和收货暂停" in shop.page(path)
    shop.press(path, f"{refund}/refuse", reason="请补照片")
    assert "请补照片" in shop.page(path)
    ordering.modify_refund(
        order_id=order_id, refund_id=opened.facts["refund_id"], amount_fen=5_000, with_goods=False, reason="照片已发",
        by=by, request=ask,
    )  # fmt: skip
    shop.press(path, f"{refund}/agree")
    view = ordering.reads.order(order_id, by)
    assert view.order.refunded_fen == 5_000
    assert view.order.state is OrderState.WAIT_SELLER_SEND


@pytest.mark.parametrize("deed", ["agree", "refuse"])
def test_who_read_another_refund_is_told_what_changed_and_answers_nothing(shop: Shop, deed: str) -> None:
    order_id = shop.order((shop.publish(), 10))
    path, ordering, by = f"/seller/orders/{order_id}", shop.record.ordering, shop.bought_by
    asked = {"order_id": order_id, "with_goods": False, "by": by, "request": DeedRequest(actor=by.member_id)}
    opened = ordering.open_refund(amount_fen=500, reason="少发了", **asked)
    refund = f"{path}/refunds/{opened.facts['refund_id']}"
    seen = shop.fields(path, f"{refund}/{deed}")["version"]
    ordering.modify_refund(refund_id=str(opened.facts["refund_id"]), amount_fen=15_000, reason="全都少发了", **asked)
    typed = {"reason": "没有少发"} if deed == "refuse" else {}
    told = shop.refused(path, f"{refund}/{deed}", 412, version=seen, **typed)
    assert "¥150" in told[told.index("订单有变动") :]
    assert ("原因 “没有少发”" in told) is bool(typed)
    (state,) = {str(each.state) for each in ordering.reads.order(order_id, by).refunds}
    assert (state, ordering.reads.order(order_id, by).order.refunded_fen) == ("waitseller", 0)
    shop.press(path, f"{refund}/{deed}", **typed)
    assert {str(each.state) for each in ordering.reads.order(order_id, by).refunds} != {state}


def test_an_offer_with_skus_is_made_of_its_values(shop: Shop) -> None:
    filled = shop.press(
        "/seller/offers/new", "/seller/offers/save", title="纯棉短袖", attr_0_values="红，蓝", attr_1_values="M, L",
        item_code="TX", act="fill",
    )  # fmt: skip
    form = next(form for form in re.findall(r"<form.*?</form>", filled.text, re.S) if "/offers/save" in form)
    fields = shown_fields(form)
    values = [(fields[f"sku_{row}_code"], fields[f"sku_{row}_v0"], fields[f"sku_{row}_v1"]) for row in range(4)]
    assert values == [("TX-01", "红", "M"), ("TX-02", "红", "L"), ("TX-03", "蓝", "M"), ("TX-04", "蓝", "L")]
    stocks = {f"sku_{row}_stock": "50" for row in range(4)}
    said = {**fields, **stocks, "tier_0_q": "10", "tier_0_p": "20", "sku_3_price": "22", "act": "publish"}
    saved = shop.browser.client.post("/seller/offers/save", data=said)
    offer_id = saved.headers["location"].partition("?")[0].rpartition("/")[2]
    again = shop.browser.client.post("/seller/offers/save", data=said)
    assert again.headers["location"] == saved.headers["location"]
    view = shop.record.offers.offer(offer_id)
    assert [(each.sku.name, each.available) for each in view.skus] == [
        ("红 / M", 50), ("红 / L", 50), ("蓝 / M", 50), ("蓝 / L", 50)
    ]  # fmt: skip
    assert [tier.unit_price_fen for tier in view.skus[3].sku.tiers] == [2_200]
    edit, save = f"/seller/offers/{offer_id}", "/seller/offers/save"
    shop.press(edit, save, title="纯棉短袖 2026", act="save")
    after = shop.record.offers.offer(offer_id)
    assert after.offer.title == "纯棉短袖 2026"
    assert [each.sku for each in after.skus] == [each.sku for each in view.skus]


def test_what_is_refused_stands_beside_its_field_and_keeps_what_was_typed(shop: Shop) -> None:
    new, save = "/seller/offers/new", "/seller/offers/save"
    rising = shop.refused(
        new, save, 400, title="螺丝", tier_0_q="10", tier_0_p="1", tier_1_q="20", tier_1_p="2", act="publish"
    )
    assert "买得越多单价不能越高" in rising
    assert 'value="螺丝"' in rising
    twins = shop.refused(
        new, save, 400, title="螺丝", sku_0_code="A", sku_0_v0="红", sku_1_code="A", sku_1_v0="蓝", act="publish"
    )
    assert 'id="wrong-sku_1_code">规格编码“A”重复' in twins
    half = shop.refused(new, save, 400, title="螺丝", tier_0_q="10", act="publish")
    assert 'id="wrong-tier_0_p">每级要有数量和单价' in half
    unknown = shop.refused(new, save, 400, title="螺丝", category="没有的类目", act="publish")
    assert "没有“没有的类目”这个类目" in unknown
    assert shop.record.offers.page(seller=shop.supplier_id, state=OfferState.LIVE, after="", limit=10).items == []


def test_a_stale_form_says_who_changed_what_and_keeps_what_was_typed(shop: Shop) -> None:
    offer_id = shop.publish()
    edit, save = f"/seller/offers/{offer_id}", "/seller/offers/save"
    old = shop.fields(edit, save)
    colleague = shop.town.colleague(shop.person, "zhang@s.example.com", roles=("buyer",))
    mine = shop.browser.client.cookies[SESSION_COOKIE]
    signed_in(shop.town, shop.browser, colleague)
    shop.press(edit, save, title="张伟改的标题", act="save")
    shop.browser.client.cookies.set(SESSION_COOKIE, mine)
    answer = shop.browser.client.post(save, data={**old, "title": "我的标题", "brand": "晨", "act": "save"})
    text = html.unescape(answer.text)
    assert answer.status_code == 412
    assert "张伟在" in text
    assert 'value="我的标题"' in text
    assert "张伟改的标题" in text
    assert shop.record.offers.offer(offer_id).offer.title == "张伟改的标题"
    form = next(form for form in re.findall(r"<form.*?</form>", answer.text, re.S) if "/offers/save" in form)
    shop.browser.client.post(save, data={**shown_fields(form), "act": "save"})
    assert shop.record.offers.offer(offer_id).offer.title == "我的标题"


def test_drafts_are_published_withdrawn_relisted_and_discarded(shop: Shop) -> None:
    offer_id = shop.publish(act="draft")
    edit = f"/seller/offers/{offer_id}"
    assert "纯棉短袖" in shop.page("/seller/offers?state=draft")
    shop.press(edit, "/seller/offers/save", title="纯棉长袖", act="publish")
    assert shop.record.offers.offer(offer_id).state is OfferState.LIVE
    for event, state in (("withdraw", "withdrawn"), ("relist", "live"), ("withdraw", "withdrawn")):
        shop.press(edit, f"{edit}/move", event=event)
        assert "纯棉长袖" in shop.page(f"/seller/offers?state={state}")
    shop.press(edit, f"{edit}/move", event="discard")
    assert "纯棉长袖" not in shop.page("/seller/offers?state=withdrawn")


def test_stock_is_counted_in_the_list_and_on_its_page(shop: Shop) -> None:
    offer_id = shop.publish()
    counted = shop.press("/seller/offers", "/seller/offers/stock", **{f"stock_{offer_id}": "7"})
    assert counted.headers["location"] == "/seller/offers?done=saved"
    assert "库存不足" in shop.page("/seller")
    path = f"/seller/offers/{offer_id}/stock"
    moved = shop.refused(path, path, 409, **{f"stock_{offer_id}": "90", f"was_{offer_id}": "8"})
    assert "库存已变为 7" in moved
    assert 'value="90"' in moved
    shop.press(path, path, **{f"stock_{offer_id}": "90"})
    assert shop.record.offers.offer(offer_id).skus[0].available == 90


def test_deeds_lead_back_to_where_in_the_list_they_were_pressed(shop: Shop) -> None:
    """To the page, the state and the search, also where the deed is refused; never to another site."""
    ids = sorted(shop.publish(title=f"棉袜 {number}") for number in range(22))
    shop.publish(title="纯棉短袖")
    (further,) = re.findall(r'class="next" href="([^"]+)"', shop.page("/seller/offers?q=棉袜"))
    here = further.replace("&amp;", "&")
    assert here == f"/seller/offers?q=%E6%A3%89%E8%A2%9C&after={ids[19]}"
    counted = shop.press(here, "/seller/offers/stock", **{f"stock_{ids[20]}": "7"})
    assert counted.headers["location"] == f"{here}&done=saved"
    refused = shop.refused(here, "/seller/offers/stock", 400, **{f"stock_{ids[20]}": "x"})
    assert ("棉袜" in refused, ids[21] in refused, ids[0] in refused) == (True, True, False)
    for offer_id in ids[20:]:
        moved = shop.press(here, f"/seller/offers/{offer_id}/move", event="withdraw")
        assert moved.headers["location"] == f"{here}&done=saved"
    emptied = shop.page(f"{here}&done=saved")  # its page is gone: the search from its beginning
    assert (ids[0] in emptied, ids[20] in emptied, "纯棉短袖" in emptied) == (True, False, False)
    withdrawn = "/seller/offers?state=withdrawn&q=%E6%A3%89%E8%A2%9C"
    action, stale = f"/seller/offers/{ids[20]}/move", {"version": "1", "event": "relist"}
    again = shop.refused(withdrawn, action, 412, **stale)
    assert (ids[21] in again, "已下架" in again, ids[0] in again) == (True, True, False)
    relisted = shop.press(withdrawn, action, event="relist")
    assert relisted.headers["location"] == f"{withdrawn}&done=published"
    outside = "https://evil.example/?q=x"
    for said in (outside, "//evil.example", "state=nowhere", "after=../../x", "next=//evil.example"):
        to = shop.press(here, "/seller/offers/stock", list=said, **{f"stock_{ids[0]}": "9"}).headers["location"]
        assert (to.startswith("/seller/offers?"), "evil" in to.partition("?")[0]) == (True, False)


def test_a_bulk_edit_leads_back_to_where_it_was_begun(shop: Shop) -> None:
    offer_id = shop.publish(title="棉袜")
    here = "/seller/offers?q=%E6%A3%89%E8%A2%9C"
    assert "请先勾选商品" in shop.refused(here, "/seller/bulk/plan", 400, percent="5")
    plan = shop.press(here, "/seller/bulk/plan", percent="10", **{f"pick_{offer_id}": "1"})
    assert f'href="{here}"' in plan.text
    form = next(form for form in re.findall(r"<form.*?</form>", plan.text, re.S) if "/bulk/apply" in form)
    done = shop.browser.client.post("/seller/bulk/apply", data=shown_fields(form)).headers["location"]
    assert f'href="{here}"' in shop.page(done)
    undone = shop.press(done, f"{done.partition('?')[0]}/undo").headers["location"]
    assert f'href="{here}"' in shop.page(undone)
    assert 'href="/seller/offers"' in shop.page(f"{done.partition('?')[0]}?list=https://evil.example")


def test_a_bulk_edit_is_planned_applied_and_undone(shop: Shop) -> None:
    first, asked = shop.publish(), shop.publish(title="面议的", tier_0_q="", tier_0_p="", tier_1_q="", tier_1_p="")
    assert "请先勾选商品" in shop.refused("/seller/offers", "/seller/bulk/plan", 400, percent="5")
    ticks = {f"pick_{first}": "1", f"pick_{asked}": "1"}
    plan = shop.press("/seller/offers", "/seller/bulk/plan", percent="10", **ticks)
    assert "面议商品没有价格可调" in plan.text
    assert shop.record.offers.offer(first).offer.tiers[0].unit_price_fen == 2_000
    form = next(form for form in re.findall(r"<form.*?</form>", plan.text, re.S) if "/bulk/apply" in form)
    applied = shop.browser.client.post("/seller/bulk/apply", data=shown_fields(form))
    assert applied.headers["location"].endswith("?done=applied&changed=1")
    assert shop.record.offers.offer(first).offer.tiers[0].unit_price_fen == 2_200
    done = applied.headers["location"]
    undone = shop.press(done, f"{done.partition('?')[0]}/undo")
    assert undone.headers["location"].endswith("?done=undone&restored=1&touched=0")
    assert shop.record.offers.offer(first).offer.tiers[0].unit_price_fen == 2_000
    changed = shop.browser.client.post("/seller/bulk/apply", data={**shown_fields(form), "once": "another"})
    assert changed.status_code == 409
    assert "商品已变动，请重新预览" in changed.text


def test_freight_and_terms_are_kept(shop: Shop) -> None:
    shop.press(
        "/seller/freight/new", "/seller/freight/new", name="快递", zone_0_regions="浙江、江苏", zone_0_first_g="1000",
        zone_0_first="6", zone_0_step_g="1000", zone_0_step="1.5", zone_1_on="1", zone_1_first_g="1000",
        zone_1_first="9",
    )  # fmt: skip
    (template,) = shop.record.prices.freight_templates(seller=shop.supplier_id)
    assert [(zone.regions, zone.first_fen, zone.step_fen) for zone in template.zones] == [
        (("浙江", "江苏"), 600, 150), ((), 900, 0)
    ]  # fmt: skip
    assert "快递" in shop.page("/seller/freight")
    path = f"/seller/freight/{template.template_id}"
    shop.press(path, path, name="普通快递", zone_1_on="1")
    assert "普通快递" in shop.page("/seller/offers/new")
    shop.press("/seller/terms", "/seller/terms", mixed_pieces="20", from_0="1000", off_0="30")
    terms = shop.record.prices.supplier_terms(seller=shop.supplier_id)
    assert (terms.mixed_pieces_min, terms.discounts[0].off_fen) == (20, 3_000)
    assert "一起写" in shop.refused("/seller/terms", "/seller/terms", 400, from_1="2000")
    shop.press("/seller/freight", f"{path}/delete")
    assert shop.record.prices.freight_templates(seller=shop.supplier_id) == []


def test_a_group_of_buyers_pays_what_was_agreed(shop: Shop) -> None:
    offer_id = shop.publish()
    shop.order((offer_id, 10), paid=False)
    assert "百分之几" in shop.refused("/seller/groups", "/seller/groups", 400, name="老客户", rate="120")
    made = shop.press("/seller/groups", "/seller/groups", name="老客户", rate="95")
    path = made.headers["location"].partition("?")[0]
    company_id, prices = shop.buyer.company_id, shop.record.prices
    assert "晨光百货" in shop.page(path)

    def unit_fen(quantity: int) -> int:
        line = prices.unit_price(offer_id, quantity=quantity, sku_id=None, company_id=company_id).line
        return line.unit_fen if line else 0

    assert unit_fen(10) == 2_000
    shop.press(path, f"{path}/members", **{f"company_{company_id}": "1"})
    assert unit_fen(10) == 1_900
    shop.press(path, f"{path}/prices", target=offer_id, ladder="10:15 100:14.5")
    assert (unit_fen(10), unit_fen(100)) == (1_500, 1_450)
    assert "10:15.00 100:14.50" in shop.page(path)
    shop.press(path, f"{path}/prices", target=offer_id, ladder="")
    shop.press(path, f"{path}/rate", name="老客户", rate="97.5")
    assert unit_fen(10) == 1_950
    shop.press(path, f"{path}/delete")
    assert unit_fen(10) == 2_000


def test_a_picture_goes_with_the_form(shop: Shop) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(picture, "PNG")
    said = {**shop.fields("/seller/offers/new", "/seller/offers/save"), "title": "红色杯子", "act": "publish"}
    files = {"file": ("cup.png", picture.getvalue(), "image/png")}
    saved = shop.browser.client.post("/seller/offers/save", data=said, files=files)
    offer_id = saved.headers["location"].partition("?")[0].rpartition("/")[2]
    assert shop.record.offers.offer(offer_id).offer.picture.startswith("/api/v1/pictures/")
    wrong = shop.browser.client.post(
        "/seller/offers/save", data={**said, "once": "b"}, files={"file": ("a.png", b"no picture", "image/png")}
    )
    assert wrong.status_code == 400


SAVE = "/seller/offers/save"


def uploaded(shop: Shop, said: dict[str, str], *pictures: bytes, status: int = 200) -> dict[str, str]:
    """The fields of the form after pictures were sent with it."""
    files = [("file", (f"{place}.jpg", each, "image/jpeg")) for place, each in enumerate(pictures)]
    answer = shop.browser.client.post(SAVE, data=said, files=files)
    assert answer.status_code == status, answer.text
    forms = re.findall(r"<form[^>]*>.*?</form>", answer.text, re.S)
    return shown_fields(next(form for form in forms if f'action="{SAVE}"' in form))


def shown_images(fields: dict[str, str]) -> list[str]:
    return [fields[f"picture_{place}"] for place in range(9) if f"picture_{place}" in fields]


def test_pictures_are_ordered_by_buttons_and_the_form_keeps_what_was_typed(shop: Shop) -> None:
    said = {**shop.fields("/seller/offers/new", SAVE), "title": "红色杯子"}
    form = uploaded(shop, {**said, "act": "upload"}, *(picture(width) for width in (300, 310, 320)))
    first, second, third = shown_images(form)
    for act, order in {
        "left-2": [first, third, second], "right-0": [second, first, third], "first-2": [third, first, second],
        "remove-1": [first, third], "left-0": [first, second, third], "right-2": [first, second, third],
        "left-7": [first, second, third], "remove-x": [first, second, third],
    }.items():  # fmt: skip
        pressed = uploaded(shop, {**form, "act": act})
        assert (act, shown_images(pressed), pressed["title"]) == (act, order, "红色杯子")
    form = uploaded(shop, {**form, "act": "left-2"})
    saved = shop.browser.client.post(SAVE, data={**form, "act": "publish"})
    offer_id, _, done = saved.headers["location"].rpartition("/")[2].partition("?")
    assert (shop.record.offers.offer(offer_id).offer.images, done) == ((first, third, second), "done=published")
    assert "已发布" in shop.page(saved.headers["location"])


def test_what_is_refused_of_pictures_leaves_the_others_and_all_that_was_typed(shop: Shop) -> None:
    said = {**shop.fields("/seller/offers/new", SAVE), "title": "红色杯子", "act": "publish"}
    form = uploaded(shop, said, picture(300), b"no picture", picture(310), status=400)
    assert (len(shown_images(form)), form["title"]) == (2, "红色杯子")
    again = uploaded(shop, {**form, "act": "upload"}, picture(300), status=400)
    assert shown_images(again) == shown_images(form)
    full = uploaded(shop, {**form, "act": "upload"}, *(picture(width) for width in (320, 330, 340, 350)), status=400)
    assert (len(shown_images(full)), len(set(shown_images(full)))) == (5, 5)
    unknown = {**form, "picture_1": "/api/v1/pictures/" + "a" * 64 + "/800.webp", "act": "publish"}
    refused = shop.browser.client.post(SAVE, data=unknown)
    assert (refused.status_code, 'id="wrong-picture_1"' in refused.text) == (400, True)
    assert not shop.record.seller_desk.offer_counts(shop.supplier_id)


def test_what_is_anothers_is_not_there(shop: Shop) -> None:
    offer_id = shop.publish()
    order_id = shop.order((offer_id, 10))
    other, _ = shop.town.seller("owner@t.example.com", "丙工厂")
    signed_in(shop.town, shop.browser, other)
    for path in (f"/seller/offers/{offer_id}", f"/seller/offers/{offer_id}/stock", f"/seller/orders/{order_id}",
                 f"/seller/orders/{order_id}/packing-list"):  # fmt: skip
        shop.page(path, status=404)
    form = shown_fields(shop.browser.get("/seller/terms").text)
    for path, fields in (
        (f"/seller/orders/{order_id}/ship", {"carrier": "顺丰", "waybill": "1", "pieces_1": "1"}),
        (f"/seller/offers/{offer_id}/move", {"event": "withdraw"}),
    ):
        assert shop.browser.client.post(path, data={**form, **fields}).status_code == 404
    assert shop.state(order_id) is OrderState.WAIT_SELLER_SEND
    signed_in(shop.town, shop.browser, shop.buyer)
    assert shop.browser.get(f"/seller/orders/{order_id}").headers["location"] == "/seller"


def test_roles_hold_on_the_pages(shop: Shop) -> None:
    order_id = shop.order((shop.publish(), 10))
    packer = shop.town.colleague(shop.person, "li@s.example.com", roles=("warehouse",))
    signed_in(shop.town, shop.browser, packer)
    path = f"/seller/orders/{order_id}"
    assert "确认发出这个包裹" in shop.page(path)
    shop.page("/seller/offers", status=403)
    shop.page("/seller/statements", status=403)
    shop.press(path, f"{path}/ship", carrier="自送", waybill="1")
    assert shop.state(order_id) is OrderState.WAIT_BUYER_RECEIVE


def test_a_seller_who_can_send_nothing_proposes_to_end_the_order(shop: Shop) -> None:
    order_id = shop.order((shop.publish(), 10))
    path = f"/seller/orders/{order_id}"
    unreasoned = shop.refused(path, f"{path}/end", 400, reason=" ")
    assert "必须写明原因" in unreasoned
    shop.press(path, f"{path}/end", reason="厂里停工")
    page = shop.page(path)
    assert ("等买家答复" in page, "厂里停工" in page, ">提议终止订单<" in page) == (True, True, False)
    shop.press(path, f"{path}/end/withdraw")
    page = shop.page(path)
    assert ("等买家答复" in page, ">提议终止订单<" in page, "撤回终止提议" in page) == (False, True, True)
    shop.press(path, f"{path}/ship", carrier="顺丰", waybill="SF1", pieces_1="1")
    assert ">提议终止订单<" not in shop.page(path)  # the rest is closed short


def test_the_list_of_offers_is_searched_within_a_state(shop: Shop) -> None:
    for number in range(22):
        shop.publish(title=f"纯棉短袖 {number:02d} 款")
    other = shop.publish(title="尼龙扎带", item_code="ZD-8")
    page = shop.page("/seller/offers?state=live&q=短袖+款")
    assert (page.count('data-label="起订量"'), "尼龙扎带" in page) == (20, False)
    following = re.search(r'class="next" href="([^"]+)"', page)
    assert following is not None
    second = shop.page(following[1])
    assert (second.count('data-label="起订量"'), 'value="短袖 款"' in second) == (2, True)
    assert "尼龙扎带" in shop.page(f"/seller/offers?state=live&q={other}")
    empty = shop.page("/seller/offers?state=draft&q=短袖")
    assert "没有找到“短袖”" in empty
    assert 'href="/seller/offers?state=live&q=%E7%9F%AD%E8%A2%96"' in empty  # another state, the same words
