"""A company comes to the market in a real Chromium: with a script and without one, on a phone too."""

from __future__ import annotations

import pytest

from pifa.wiring import Installation
from tests.browser.barriers import barriers
from tests.browser.conftest import OpenPage
from tests.browser.mails import PASSWORD, mailed_path


@pytest.mark.parametrize(
    ("scripts", "phone"), [(True, False), (False, False), (True, True)], ids=["script", "no-script", "phone"]
)
def test_from_signing_up_to_inviting_a_colleague(
    open_page: OpenPage, installation: Installation, scripts: bool, phone: bool
) -> None:
    who = f"{'s' if scripts else 'n'}{'p' if phone else 'd'}"
    login, colleague = f"owner-{who}@example.com", f"buyer-{who}@example.com"
    page = open_page("/", scripts=scripts, phone=phone)
    page.get_by_role("link", name="登录").click()
    page.get_by_role("link", name="注册公司").click()
    page.get_by_label("公司名称").fill(f"晨光百货 {who}")
    page.get_by_label("您的姓名").fill("王芳")
    page.get_by_label("邮箱或手机号").fill(login)
    page.get_by_role("button", name="注册").click()
    page.get_by_role("heading", name="请查收邮件").wait_for()
    page.goto(mailed_path(installation, login))
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_role("button", name="设置密码").click()
    page.get_by_text("密码已设置，请登录。").wait_for()
    page.get_by_label("邮箱或手机号").fill(login)
    page.get_by_label("密码").fill("不是 这个密码")
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_role("alert").get_by_text("登录名或密码不对").wait_for()
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_role("heading", name=f"晨光百货 {who}").wait_for()
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "pifa_session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    ways = page.get_by_role("navigation", name="我的公司")
    ways.get_by_role("link", name="收货地址").click()
    page.get_by_label("收货人").fill("张伟")
    page.get_by_label("电话").fill("13800138000")
    page.get_by_label("省份").select_option("浙江")
    page.get_by_label("城市", exact=True).fill("金华")
    page.get_by_label("街道门牌").fill("稠州北路 1 号")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("稠州北路 1 号").wait_for()
    ways.get_by_role("link", name="成员").click()
    page.get_by_label("邮箱或手机号").fill(colleague)
    page.get_by_label("姓名").last.fill("张伟")
    page.get_by_role("button", name="发出邀请").click()
    page.get_by_text(colleague).wait_for()
    assert mailed_path(installation, colleague).startswith("/account/confirm?language=zh&token=")
    if scripts:
        for name in ("概况", "成员", "收货地址", "发票资料", "API 密钥", "安全"):
            ways.get_by_role("link", name=name).click()
            page.locator(f'.account-ways a[aria-current=page]:text-is("{name}")').wait_for()
            assert barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("link", name="登录").wait_for()
    page.goto("/account")
    page.get_by_role("heading", name="登录").wait_for()
