"""People of a market for the tests: companies that signed up, members who joined, their mailboxes."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from PIL import Image

from catalog_service.adapters.mail import FolderMailer
from catalog_service.domain.companies.credentials import SESSION_PREFIX, Session, digest_of, new_secret
from catalog_service.domain.deeds import DeedRequest
from catalog_service.people import People
from catalog_service.service import Record
from kernel.clock import FixedClock
from kernel.principal import Principal
from tests.catalog_service.house import NOW

PASSWORD = "一句 记得住的 话"
SELF = DeedRequest(actor="somebody")


@dataclass(frozen=True, slots=True)
class Person:
    company_id: str
    member_id: str
    login: str


@dataclass
class Town:
    """The people of a record; ``clock`` is the record's, moved by the test. The mails lie in its home."""

    record: Record
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    @property
    def people(self) -> People:
        return self.record.people

    @property
    def folder(self) -> Path:
        mailer = self.people.send_mails.mailer
        assert isinstance(mailer, FolderMailer)
        return mailer.folder

    def mails(self, recipient: str = "") -> list[EmailMessage]:
        """What has arrived, oldest first."""
        self.people.send_mails()
        paths = sorted(self.folder.glob("*.eml"), key=lambda path: int(path.stem.rpartition(".")[2]))
        parsed = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
        return [mail for mail in parsed if recipient in ("", mail["To"])]

    def link(self, recipient: str) -> str:
        """The token of the last link that the recipient got."""
        return token_in(self.mails(recipient)[-1])

    def company(self, login: str = "owner@a.example.com", name: str = "甲公司") -> Person:
        """A company that signed up, with its owner."""
        self.people.sign_up(company_name=name, login=login, email="", name="王芳", client="test")
        receipt = self.people.redeem_link(token=self.link(login), password=PASSWORD)
        return self._person(receipt.subject_id, login)

    def colleague(self, of: Person, login: str, roles: Sequence[str] = ("buyer",), limit: int | None = None) -> Person:
        """A member whom the owner invited and who came."""
        self.people.invite_member(
            company_id=of.company_id, login=login, email="", name="张伟", roles=roles, spend_limit_fen=limit,
            request=SELF,
        )  # fmt: skip
        receipt = self.people.redeem_link(token=self.link(login), password=PASSWORD)
        return self._person(receipt.subject_id, login)

    def staff(self, login: str = "staff@market.example.com") -> Person:
        """One of the market's own people."""
        token = self.people.make_admin_link().partition("token=")[2]
        receipt = self.people.redeem_admin_link(token=token, email=login, name="李强", password=PASSWORD)
        return Person("", receipt.subject_id, login)

    def seller(self, login: str = "owner@s.example.com", name: str = "乙工厂") -> tuple[Person, str]:
        """A company that sells, and as whom."""
        person = self.company(login, name)
        receipt = self.people.open_supplier(company_id=person.company_id, province="浙江省", city="金华", request=SELF)
        return person, str(receipt.facts["supplier_id"])

    def scan(self, person: Person, shade: int = 200) -> str:
        """The id of a scan that the person's company uploaded; another shade is another document."""
        written = io.BytesIO()
        Image.new("L", (240, 240), shade).save(written, "PNG")
        return self.people.documents.upload(written.getvalue(), company_id=person.company_id, request=SELF).subject_id

    def licence(self, person: Person) -> list[tuple[str, str]]:
        """Documents that a verification may be handed in with."""
        return [("licence", self.scan(person))]

    def session(self, person: Person) -> str:
        """A session token, without the wait for a password."""
        token, now = new_secret(SESSION_PREFIX), self.clock.now()
        session = Session(
            session_id=self.record.ids.new(), member_id=person.member_id, created_at=now, last_seen_at=now,
            expires_at=now + 10_000_000,
        )  # fmt: skip
        self.record.people.end_sessions.deeds.store.write(
            lambda transaction: transaction.identity.insert_session(session, token_hash=digest_of(token))
        )
        return token

    def principal(self, token: str) -> Principal:
        return self.record.authenticator.authenticate(authorization=f"Bearer {token}")

    def _person(self, member_id: str, login: str) -> Person:
        with self.record.engine.connect() as connection:
            company_id = connection.exec_driver_sql(
                f"SELECT company_id FROM members WHERE member_id = '{member_id}'"
            ).scalar_one()
        return Person(company_id, member_id, login)


def token_in(mail: EmailMessage) -> str:
    found = re.search(r"token=(\S+)", mail.get_content())
    assert found is not None
    return found[1]
