"""A change that waits, on the seller's pages and on those of who decides; no scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.clock import FixedClock
from tests.catalog_service.house import NOW, draft, open_house, rows
from tests.catalog_service.town import SELF, Town
from tests.storefront.test_accounts import Browser
from tests.storefront.test_seller_pages import Shop, browser, shop, signed_in

__all__ = ["browser", "shop"]  # fixtures
OFFERS, REVISIONS = "/staff/offers", "/staff/revisions"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    clock = FixedClock(NOW)
    record = open_house(tmp_path / "home", clock=clock, audit_offers=True)
    yield Town(record, clock)
    record.close()


@pytest.fixture
def offer_id(shop: Shop) -> str:
    """A live offer, published through the form and approved."""
    offer_id = shop.publish()
    staffed(shop)
    shop.press(OFFERS, f"{OFFERS}/{offer_id}")
    selling(shop)
    return offer_id


def selling(shop: Shop) -> None:
    """The browser is the seller's from now on."""
    shop.browser.client.cookies.clear()
    signed_in(shop.town, shop.browser, shop.person)


def staffed(shop: Shop) -> None:
    """The browser is a staff member's from now on, who gave the second factor a moment ago."""
    shop.browser.client.cookies.clear()
    person = next(iter(shop.town.people.reads.staff()), None)
    login = shop.town.staff().login if person is None else person.login
    assert shop.browser.sign_in(login).status_code == 303


def test_a_seller_sees_both_versions_and_edits_what_waits(shop: Shop, offer_id: str) -> None:
    path = f"/seller/offers/{offer_id}"
    shop.press(path, "/seller/offers/save", title="精梳棉短袖", tier_0_p="19", act="save")
    page = shop.page(path)
    assert [word in page for word in ("当前在售版本 / 待审修改", "待审核", "纯棉短袖", "精梳棉短袖")] == [True] * 4
    assert shop.fields(path, "/seller/offers/save")["title"] == "纯棉短袖"
    assert "有修改：待审核" in shop.page("/seller/offers")
    editing = f"{path}?of=revision"
    assert shop.fields(editing, "/seller/offers/save")["title"] == "精梳棉短袖"
    assert shop.fields(editing, "/seller/offers/save")["tier_0_p"] == "19.00"
    shop.press(editing, "/seller/offers/save", title="丝光棉短袖", act="save")
    assert "丝光棉短袖" in shop.page(path)
    assert shop.record.offers.offer(offer_id).offer.title == "纯棉短袖"
    shop.press(path, f"{path}/revision", event="recall")
    assert "已撤回，可再修改" in shop.page(path)
    shop.press(path, f"{path}/revision", event="submit")
    late = shop.refused(path, f"{path}/revision", 412, event="recall", version="1")
    assert "内容已被他人修改" in late
    shop.press(path, f"{path}/revision", event="discard")
    assert "待审修改" not in shop.page(path)


def test_a_price_is_saved_at_once_and_what_waits_follows(shop: Shop, offer_id: str) -> None:
    path = f"/seller/offers/{offer_id}"
    shop.press(path, "/seller/offers/save", title="精梳棉短袖", act="save")
    shop.press(path, "/seller/offers/save", tier_0_p="19.5", act="save")
    offer = shop.record.offers.offer(offer_id).offer
    assert (offer.title, offer.tiers[0].unit_price_fen) == ("纯棉短袖", 1950)
    assert shop.fields(f"{path}?of=revision", "/seller/offers/save")["tier_0_p"] == "19.50"


def test_staff_reads_the_difference_and_decides(shop: Shop, offer_id: str) -> None:
    path, decision = f"/seller/offers/{offer_id}", f"{REVISIONS}/{offer_id}"
    shop.press(path, "/seller/offers/save", title="精梳棉短袖", act="save")
    staffed(shop)
    page = shop.page(REVISIONS)
    assert [word in page for word in ("乙工厂", "纯棉短袖", "精梳棉短袖", "当前在售版本")] == [True] * 4
    refusal = {"decision": "refuse", "reason": " "}
    assert "必须写明原因" in shop.refused(REVISIONS, decision, 400, **refusal)
    shop.press(REVISIONS, decision, decision="refuse", reason="图文不符")
    assert "没有待审的修改" in shop.page(REVISIONS)
    selling(shop)
    assert "图文不符" in shop.page(path)
    assert "图文不符" in shop.page("/account")
    shop.press(f"{path}?of=revision", "/seller/offers/save", title="棉短袖", act="save")
    staffed(shop)
    shop.refused(REVISIONS, decision, 412, version="1")
    shop.press(REVISIONS, decision)
    assert shop.record.offers.offer(offer_id).offer.title == "棉短袖"


def test_staff_reads_a_new_offer_and_decides(shop: Shop) -> None:
    for number in (1, 2):
        fresh = draft(f"o-{number}", supplier_id=shop.supplier_id, brand="金牌", attributes={"材质": ("不锈钢",)})
        shop.record.publish_offer(draft=fresh, seller=shop.supplier_id, request=SELF)
    staffed(shop)
    page = shop.page(OFFERS)
    assert [word in page for word in ("乙工厂", "金牌", "材质：不锈钢", "面议")] == [True] * 4
    shop.press(OFFERS, f"{OFFERS}/o-1")
    shop.press(OFFERS, f"{OFFERS}/o-2", decision="refuse", reason="重复铺货")
    assert rows(shop.record, "SELECT state, takedown_reason FROM offers ORDER BY offer_id") == [
        ("live", ""), ("refused", "重复铺货"),
    ]  # fmt: skip


def test_what_is_decided_is_staffs_alone(shop: Shop, offer_id: str, browser: Browser) -> None:
    for path in (OFFERS, REVISIONS):
        assert browser.get(path).status_code == 403
    form = shop.fields("/seller/offers/new", "/seller/offers/save")
    answer = browser.client.post(f"{REVISIONS}/{offer_id}", data={**form, "decision": "approve", "version": "1"})
    assert answer.status_code == 403
