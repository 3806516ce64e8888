"""A supplier hands scans in and the market's people decide, in a real Chromium; the pages of both are sound."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from catalog_service.domain.companies.credentials import SESSION_PREFIX, Session, digest_of, new_secret
from catalog_service.domain.deeds import DeedRequest
from catalog_service.service import Record
from pifa.wiring import Installation
from tests.browser.barriers import OF_WIDTH, barriers
from tests.browser.conftest import OpenPage
from tests.browser.seller import PASSWORD, join

ASK = DeedRequest(actor="test")


def scan() -> bytes:
    written = io.BytesIO()
    Image.linear_gradient("L").resize((900, 640)).save(written, "PNG")
    return written.getvalue()


def staff_session(site: Installation, record: Record, login: str) -> str:
    token = record.people.make_admin_link().partition("token=")[2]
    member_id = record.people.redeem_admin_link(token=token, email=login, name="李强", password=PASSWORD).subject_id
    secret, now = new_secret(SESSION_PREFIX), site.clock.now()
    session = Session(
        session_id=record.ids.new(), member_id=member_id, created_at=now, last_seen_at=now, expires_at=now + 86_400
    )
    record.people.end_sessions.deeds.store.write(
        lambda transaction: transaction.identity.insert_session(session, token_hash=digest_of(secret))
    )
    return secret


def look(page: Page, name: str, folder: Path, *, phone: bool) -> None:
    """Nothing sticks out and nobody is shut out; a picture for people to look at."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-{'phone' if phone else 'desktop'}.png", full_page=True)
    assert barriers(page, rules=OF_WIDTH if phone else ()) == []


@pytest.mark.parametrize(
    ("scripts", "phone"), [(True, False), (False, False), (True, True)], ids=["script", "no-script", "phone"]
)
def test_scans_are_handed_in_looked_at_and_approved(
    open_page: OpenPage,
    installation: Installation,
    scripts: bool,
    phone: bool,
    pytestconfig: pytest.Config,
    tmp_path: Path,
) -> None:
    who = f"{'s' if scripts else 'n'}{'p' if phone else 'd'}"
    folder = Path(pytestconfig.getoption("--screenshots", default="") or tmp_path)
    with installation.record() as record:
        owner = join(installation, record, f"scans-{who}@example.com", f"永康杯业 {who}")
        record.people.open_supplier(company_id=owner.company_id, province="浙江", city="金华", request=ASK)
        staff = staff_session(installation, record, f"staff-{who}@example.com")
        page = open_page("/seller/verification", session=owner.session, scripts=scripts, phone=phone)
        files = [{"name": "licence.png", "mimeType": "image/png", "buffer": scan()}]
        page.get_by_label("营业执照").set_input_files([{**files[0], "buffer": b"no picture"}])
        page.get_by_role("button", name="提交审核").click()
        page.get_by_role("alert").get_by_text("请上传 JPEG、PNG 或 PDF").wait_for()
        page.get_by_label("营业执照").set_input_files(files)
        page.get_by_role("button", name="提交审核").click()
        page.get_by_text("待审核").wait_for()
        if scripts:
            look(page, "scans-handed-in", folder, phone=phone)
        with page.expect_download() as download:
            page.get_by_role("link", name="下载").click()
        assert download.value.suggested_filename.endswith(".png")
        market = open_page("/staff", session=staff, scripts=scripts, phone=phone)
        panel = market.locator("section.panel").filter(has_text=f"永康杯业 {who}")
        panel.get_by_label("有效期（年）").select_option("2")
        if scripts:
            look(market, "staff-verifications", folder, phone=phone)
        panel.get_by_role("button", name="通过").click()
        market.get_by_text("已保存").wait_for()
        page.reload()
        page.get_by_text("已通过").wait_for()
        market.get_by_role("link", name="市场工作人员").click()
        market.get_by_role("button", name="生成链接").click()
        market.get_by_text("链接只显示这一次").wait_for()
        if scripts:
            look(market, "staff-people", folder, phone=phone)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_second_factor_and_keys_are_set_up_on_sound_pages(
    open_page: OpenPage, installation: Installation, phone: bool, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    folder = Path(pytestconfig.getoption("--screenshots", default="") or tmp_path)
    with installation.record() as record:
        owner = join(installation, record, f"keys-{'p' if phone else 'd'}@example.com", "晨光百货")
    page = open_page("/account/security", session=owner.session, phone=phone)
    page.get_by_role("button", name="开启两步验证").click()
    page.get_by_role("img", name="两步验证的二维码").wait_for()
    box = page.locator("svg.qr").bounding_box()
    assert box is not None
    assert 150 <= box["width"] <= 240
    look(page, "second-factor", folder, phone=phone)
    page.goto("/account/keys")
    page.get_by_label("名称").fill("ERP")
    page.get_by_label("每日限额（元）").fill("5,000")
    page.get_by_label("下单、改单、发货").check()
    page.get_by_role("button", name="新建密钥").click()
    page.get_by_text("只显示这一次").wait_for()
    page.goto("/account/keys")
    page.get_by_text("¥5000.00").wait_for()
    look(page, "keys", folder, phone=phone)
