"""The first administrator, mails by the settings, and what time brings about."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog_service.adapters.mail import FolderMailer, SmtpMailer
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.suppliers.profile import SupplierDraft
from pifa import chores
from pifa.cli import app
from pifa.home import Home
from pifa.mailers import choose_mailer
from pifa.settings import SettingInvalid, Settings, read_settings
from pifa.wiring import Installation

PASSWORD = "一句 记得住的 话"


@pytest.fixture
def site(tmp_path: Path, shared_knowledge: None) -> Installation:
    return Installation(Settings(encoder="none", offline=True), Home(tmp_path / "home").open())


def run(site: Installation, *words: str) -> str:
    result = CliRunner().invoke(app, ["admin", *words, "--home", str(site.home.directory)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_printed_link_makes_one_administrator(site: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIFA_SITE_URL", "https://market.example.com")
    address = json.loads(run(site, "link", "--json"))["link"]
    assert address.startswith("https://market.example.com/account/admin?token=pifal_")
    assert run(site, "link").strip().startswith("https://market.example.com/account/admin?token=pifal_")
    with site.record() as record:
        token = address.partition("token=")[2]
        record.people.redeem_admin_link(token=token, email="admin@example.com", name="李强", password=PASSWORD)
        signed_in = record.people.sign_in(login="admin@example.com", password=PASSWORD, client="c")
        principal = record.authenticator.authenticate(authorization=f"Bearer {signed_in.token}")
    assert (principal.roles, principal.company_id, principal.anonymous) == ({"staff"}, None, False)


def test_an_operator_gives_a_supplier_to_a_company_and_sends_mails(site: Installation) -> None:
    with site.record() as record:
        record.people.sign_up(company_name="甲公司", login="a@example.com", email="", name="王芳", client="c")
        record.register_supplier(
            draft=SupplierDraft(supplier_id="s-1", name="老供应商"), request=DeedRequest(actor="t")
        )
        with record.engine.connect() as connection:
            company_id = str(connection.exec_driver_sql("SELECT company_id FROM companies").scalar_one())
    run(site, "claim", company_id, "s-1")
    run(site, "mail")
    assert len(list(site.home.mail.glob("*.eml"))) == 1
    with site.record() as record:
        assert record.people.reads.company(company_id).supplier_id == "s-1"


def test_a_site_sends_what_waits_until_it_is_told_to_stop(site: Installation) -> None:
    with site.record() as record:
        stop = threading.Event()
        started = chores.start(chores.of_every_process(record), stop)
        record.people.sign_up(company_name="甲公司", login="a@example.com", email="", name="王芳", client="c")
        deadline = time.monotonic() + 20
        while not list(site.home.mail.glob("*.eml")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        stop.set()
        chores.leave(started)
        assert not any(thread.is_alive() for thread in started)


def test_mails_leave_as_the_settings_say(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert choose_mailer(Settings(mail_from="a@example.com"), home) == FolderMailer(
        folder=tmp_path / "mail", sender="a@example.com"
    )
    chosen = choose_mailer(
        Settings(smtp_host="mail.example.com", smtp_security="tls", smtp_port=465, smtp_user="u", smtp_password="p"),
        home,
    )
    assert chosen == SmtpMailer(
        host="mail.example.com", port=465, security="tls", user="u", password="p", sender="pifa@localhost.localdomain"
    )


@pytest.mark.parametrize(
    "address", ["market.example.com", "https://market.example.com/shop", "ftp://x", "javascript:x"]
)
def test_the_address_of_a_site_is_one(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIFA_SITE_URL", address)
    with pytest.raises(SettingInvalid, match="PIFA_SITE_URL"):
        read_settings()
