"""Withdrawing without a script, what the market's people decide over money, and what is on its way."""

from __future__ import annotations

import dataclasses

import pyotp
import pytest

from catalog_service.adapters.gateway.sandbox import SandboxFaults
from catalog_service.domain.orders.options import DAY
from storefront.language import LAST_COOKIE
from tests.catalog_service.house import rows
from tests.catalog_service.town import SELF, Person, Town
from tests.storefront.test_accounts import Browser
from tests.storefront.test_seller_pages import Shop, browser, shop, signed_in, town

__all__ = ["browser", "shop", "town"]  # fixtures

PATH, REFUNDS, MONEY = "/seller/payouts", "/staff/refunds", "/staff/money"
NUMBER = "6222020200012345678"


def with_code(town: Town, browser: Browser, person: Person) -> None:
    """The person has a second factor, and has given it a moment ago."""
    signed_in(town, browser, person)
    cookie = next(value for name, value in browser.client.cookies.items() if value.startswith("pifas_"))
    session_id = town.principal(cookie).session_id
    assert session_id is not None
    secret = town.people.enrol_totp(member_id=person.member_id).secret
    town.people.confirm_totp(
        member_id=person.member_id, session_id=session_id, code=pyotp.TOTP(secret).at(town.clock.now())
    )


def verified(shop: Shop) -> None:
    people, company_id = shop.town.people, shop.person.company_id
    submitted = people.submit_verification(
        company_id=company_id, documents=shop.town.licence(shop.person), request=SELF
    )
    people.decide_verification.approve(
        verification_id=submitted.subject_id, expires_at=shop.town.clock.now() + 300 * DAY, request=SELF
    )


def sold(shop: Shop, *, pieces: int = 10) -> str:
    """An order that has succeeded."""
    offer_id = shop.publish()
    (sku_id,) = rows(shop.record, f"SELECT sku_id FROM skus WHERE offer_id = '{offer_id}'")[0]
    order_id = shop.order((sku_id, pieces))
    ordering, request = shop.record.ordering, dataclasses.replace(SELF)
    selling = dataclasses.replace(shop.bought_by, company_id=shop.person.company_id, supplier_id=shop.supplier_id)
    ordering.ship(
        order_id=order_id, parts=None, carrier="顺丰", waybill="1", expected_version=None, by=selling, request=request
    )
    ordering.confirm(order_id=order_id, by=shop.bought_by, request=request)
    return order_id


def test_a_seller_sets_an_account_waits_and_withdraws(shop: Shop) -> None:
    verified(shop)
    sold(shop)
    page = shop.page(PATH)
    assert "须先开启两步验证" in page
    assert "请先开启两步验证" in shop.refused(PATH, f"{PATH}/account", 403, number=NUMBER, bank="工商银行")
    with_code(shop.town, shop.browser, shop.person)
    assert 'value="乙工厂"' in shop.page(PATH)
    wrong = shop.refused(PATH, f"{PATH}/account", 409, kind="bank", holder="别人", number=NUMBER, bank="工商银行")
    assert "户名必须是已认证的公司名称：乙工厂" in wrong
    done = shop.press(PATH, f"{PATH}/account", kind="bank", number=NUMBER, bank="工商银行义乌分行")
    assert done.headers["location"] == f"{PATH}?done=saved", done.text
    page = shop.page(PATH)
    assert ("**** 5678" in page, NUMBER in page, "起可以提现" in page) == (True, False, True)
    shop.town.clock.seconds += DAY
    signed_in(shop.town, shop.browser, shop.person)
    late = shop.refused(PATH, PATH, 403, amount="50")
    assert "请先输入两步验证码" in late
    assert "/account/security" in late


def test_an_amount_beyond_what_is_free_is_refused_at_its_field(shop: Shop) -> None:
    verified(shop)
    order_id = sold(shop)
    with_code(shop.town, shop.browser, shop.person)
    options = dataclasses.replace(shop.record.ordering.desk.options, payout_cooling_seconds=0)
    ordering = shop.record.ordering
    object.__setattr__(ordering.desk, "options", options)
    shop.press(PATH, f"{PATH}/account", kind="bank", number=NUMBER, bank="工商银行义乌分行")
    ordering.open_refund(
        order_id=order_id, amount_fen=5_000, with_goods=False, reason="破损", by=shop.bought_by, request=SELF
    )
    refused = shop.refused(PATH, PATH, 409, amount="150.01")
    assert ("可提现余额是 150.00 元" in refused, 'value="150.01"' in refused) == (True, True)
    done = shop.press(PATH, PATH, amount="150")
    assert done.headers["location"] == f"{PATH}?done=saved", done.text
    assert "打款中" in shop.page(PATH) or "已申请" in shop.page(PATH)
    ordering.sweep()
    page = shop.page(PATH)
    assert ("已到账" in page, "¥50.00" in page) == (True, True)
    statement = shop.page("/seller/statements")
    assert ("提现" in statement, "-150.00" in statement) == (True, True)
    shop.browser.client.cookies.set(LAST_COOKIE, "en")
    english = shop.page(PATH)
    assert ("Withdrawable" in english, "Paid" in english) == (True, True)


def test_finance_withdraws_and_sets_no_account(shop: Shop) -> None:
    verified(shop)
    finance = shop.town.colleague(shop.person, "finance@s.example.com", ["finance"])
    signed_in(shop.town, shop.browser, finance)
    page = shop.page(PATH)
    assert "收款账户由公司负责人登记" in page
    assert f'action="{PATH}/account"' not in page
    warehouse = shop.town.colleague(shop.person, "w@s.example.com", ["warehouse"])
    signed_in(shop.town, shop.browser, warehouse)
    shop.page(PATH, status=403)


def test_two_of_the_staff_decide_over_much_money(shop: Shop) -> None:
    ordering = shop.record.ordering
    options = dataclasses.replace(ordering.desk.options, two_operators_fen=5_000)
    object.__setattr__(ordering.desk, "options", options)
    order_id = sold(shop)
    refund_id = str(
        ordering.open_refund(
            order_id=order_id, amount_fen=5_000, with_goods=False, reason="整箱破损", by=shop.bought_by, request=SELF
        ).facts["refund_id"]
    )
    one, other = shop.town.staff("a@m.example.com"), shop.town.staff("b@m.example.com")
    signed_in(shop.town, shop.browser, one)
    assert "没有等待裁定的退款" in shop.page(REFUNDS)  # the seller has not said no
    every = f"{REFUNDS}?tab=all"
    assert "整箱破损" in shop.page(every)
    deed = f"{REFUNDS}/{refund_id}"
    shop.press(every, deed, decision="buyer", reason="有照片")
    page = shop.page(REFUNDS)
    assert ("须由另一位工作人员复核" in page, "退款给买家" in page) == (True, True)
    assert "您已提出这一裁定" in shop.refused(REFUNDS, deed, 409, decision="buyer", reason="有照片")
    signed_in(shop.town, shop.browser, other)
    assert "作出同样的裁定即为复核" in shop.page(REFUNDS)
    shop.press(REFUNDS, deed, decision="buyer", reason="同意")
    assert rows(shop.record, "SELECT state FROM refunds") == [("refundsuccess",)]
    assert rows(shop.record, "SELECT state, proposed_by, confirmed_by FROM rulings") == [
        ("confirmed", one.member_id, other.member_id)
    ]
    signed_in(shop.town, shop.browser, shop.person)
    assert "平台裁定：提出" in shop.page(f"/seller/orders/{order_id}")


def test_an_end_of_an_order_is_confirmed_on_the_page(shop: Shop) -> None:
    ordering = shop.record.ordering
    object.__setattr__(ordering.desk, "options", dataclasses.replace(ordering.desk.options, two_operators_fen=1))
    offer_id = shop.publish()
    (sku_id,) = rows(shop.record, f"SELECT sku_id FROM skus WHERE offer_id = '{offer_id}'")[0]
    order_id = shop.order((sku_id, 10))
    ordering.terminate(
        order_id=order_id, to_buyer_fen=None, reason="卖家失联", request=dataclasses.replace(SELF, actor="m-one")
    )
    signed_in(shop.town, shop.browser, shop.town.staff())
    page = shop.page(REFUNDS)
    assert ("卖家失联" in page, order_id in page) == (True, True)
    shop.press(REFUNDS, f"{REFUNDS}/ends/{order_id}", reason="属实")
    assert str(shop.state(order_id)) == "terminated"


def test_money_that_does_not_arrive_is_listed_and_mailed_once(shop: Shop) -> None:
    staff = shop.town.staff()
    ordering = shop.record.ordering
    ordering.gateway.pay("p-unknown", amount_fen=77)  # type: ignore[attr-defined]
    ordering.gateway.faults = SandboxFaults(refuse_refunds=True)  # type: ignore[attr-defined]
    ordering.deliver_sandbox_notices()
    ordering.sweep()
    signed_in(shop.town, shop.browser, staff)
    page = shop.page(MONEY)
    assert [word in page for word in ("退回不该收的款", "p-unknown", "0.77", "沙箱拒绝退款")] == [True] * 4
    assert "超时" not in page
    mails = "SELECT subject FROM mails WHERE dedupe LIKE 'transfer:%'"
    assert rows(shop.record, mails) == []
    for _ in range(3):
        shop.town.clock.seconds += 3_600
        ordering.sweep()
    assert rows(shop.record, mails) == [("款项没有按时退回",)]
    assert "超时" in shop.page(MONEY)
    ordering.gateway.faults = SandboxFaults()  # type: ignore[attr-defined]
    shop.town.clock.seconds += DAY
    ordering.sweep()
    assert "没有要退回的款项" in shop.page(MONEY)


def test_money_that_a_bank_sends_back_is_listed_and_sent_again_at_once(shop: Shop) -> None:
    staff, ordering = shop.town.staff(), shop.record.ordering
    ordering.gateway.pay("p-unknown", amount_fen=77)  # type: ignore[attr-defined]
    ordering.deliver_sandbox_notices()
    ordering.sweep()
    ((first,),) = rows(shop.record, "SELECT transfer_id FROM transfers")
    ordering.gateway.bounce(first)  # type: ignore[attr-defined]
    ordering.deliver_sandbox_notices()
    assert rows(shop.record, "SELECT subject FROM mails WHERE dedupe LIKE 'bounce:%'") == [("银行退汇",)]
    ((second,),) = rows(shop.record, "SELECT transfer_id FROM transfers WHERE state = 'pending'")
    signed_in(shop.town, shop.browser, staff)
    page = shop.page(MONEY)
    assert [word in page for word in ("银行退汇：账户已注销", "0.77", "现在再退")] == [True] * 3
    ordering.sweep()
    assert rows(shop.record, "SELECT count(*) FROM transfers WHERE state = 'pending'") == [(1,)]  # its day is not over
    shop.press(MONEY, f"{MONEY}/{second}/send")
    ordering.sweep()
    assert "没有要退回的款项" in shop.page(MONEY)


def test_a_payout_on_its_way_and_one_that_came_back_are_listed(shop: Shop) -> None:
    verified(shop)
    sold(shop)
    with_code(shop.town, shop.browser, shop.person)
    ordering = shop.record.ordering
    object.__setattr__(ordering.desk, "options", dataclasses.replace(ordering.desk.options, payout_cooling_seconds=0))
    shop.press(PATH, f"{PATH}/account", kind="bank", number=NUMBER, bank="工商银行义乌分行")
    shop.press(PATH, PATH, amount="150")
    ((payout_id,),) = rows(shop.record, "SELECT payout_id FROM payouts")
    signed_in(shop.town, shop.browser, shop.town.staff())
    page = shop.page(MONEY)
    assert ("没有途中的提现" in page, payout_id in page, "150.00" in page) == (False, True, True)
    ordering.sweep()
    ordering.gateway.bounce(payout_id)  # type: ignore[attr-defined]
    ordering.deliver_sandbox_notices()
    page = shop.page(MONEY)
    assert [word in page for word in ("没有途中的提现", payout_id, "账户已注销", "银行退汇，已退回余额")] == [True] * 4
    assert f"{MONEY}/{payout_id}/send" not in page  # the supplier asks for it anew


@pytest.mark.parametrize("path", [REFUNDS, MONEY])
def test_money_of_the_market_is_its_peoples(shop: Shop, path: str) -> None:
    shop.page(path, status=403)
