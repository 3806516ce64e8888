"""Notices and mails: what a transaction says goes out afterwards, once, and again when the way was blocked."""

from __future__ import annotations

import email
import email.policy
import multiprocessing
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from catalog_service.adapters.mail import FolderMailer, SmtpMailer
from catalog_service.domain.companies.notices import (
    MAIL_ATTEMPTS_MAX,
    MAIL_LEASE_SECONDS,
    MAILS_SECONDS,
    Mail,
    wait_seconds,
)
from catalog_service.ports.mail import Mailer, MailUnavailable, OutgoingMail
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.companies.send_mails import MAILS_AT_ONCE, SendMails
from tests.catalog_service.house import NOW, open_house, rows
from tests.catalog_service.town import SELF, Person, Town

PROCESSES = multiprocessing.get_context("forkserver")
WAIT_SECONDS = 30
MAIL = OutgoingMail(
    message_id="site.7", recipient="buyer@example.com", subject="供应商认证已通过",
    body="第一行\n.\n最后一行，没有换行", at=NOW,
)  # fmt: skip


@dataclass
class Mailbox:
    """What a mailer under test delivers to."""

    mailer: Mailer
    arrived: Callable[[], list[EmailMessage]]


class Collector:
    """A server that takes every mail but those to ``refused@``."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("refused@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.contents.append(envelope.content)
        return "250 OK"


@contextmanager
def served(collector: Collector) -> Iterator[int]:
    """The port of a server that hands its mails to the collector."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(collector, hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture(params=["folder", "smtp"])
def mailbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mailbox]:
    def parsed(content: bytes) -> EmailMessage:
        return email.message_from_bytes(content, policy=email.policy.default)

    if request.param == "folder":
        folder = tmp_path / "mail"
        yield Mailbox(
            FolderMailer(folder=folder, sender="pifa@market.example.com"),
            lambda: [parsed(path.read_bytes()) for path in sorted(folder.glob("*"))],
        )
        return
    collector = Collector()
    with served(collector) as port:
        yield Mailbox(
            SmtpMailer(host="127.0.0.1", port=port, sender="pifa@market.example.com", security="none"),
            lambda: [parsed(content) for content in collector.contents],
        )


def test_a_mail_arrives_whole_with_its_words(mailbox: Mailbox) -> None:
    mailbox.mailer.send(MAIL)
    (mail,) = mailbox.arrived()
    assert (mail["To"], mail["From"], mail["Subject"]) == (MAIL.recipient, "pifa@market.example.com", MAIL.subject)
    assert mail["Message-ID"] == "<site.7@market.example.com>"
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == MAIL.body


def test_the_same_mail_again_is_known_by_its_id(mailbox: Mailbox) -> None:
    mailbox.mailer.send(MAIL)
    mailbox.mailer.send(MAIL)
    assert {mail["Message-ID"] for mail in mailbox.arrived()} == {"<site.7@market.example.com>"}


@pytest.mark.parametrize("part", ["subject", "recipient"])
def test_no_part_adds_a_header(mailbox: Mailbox, part: str) -> None:
    stated = {part: f"{getattr(MAIL, part)}\r\nBcc: spy@example.com"}
    with pytest.raises(MailUnavailable) as refused:
        mailbox.mailer.send(replace(MAIL, **stated))
    assert refused.value.for_good
    assert mailbox.arrived() == []


def test_a_server_that_is_away_and_a_refused_mailbox_are_told_apart() -> None:
    with pytest.raises(MailUnavailable) as away:
        SmtpMailer(host="127.0.0.1", port=1, sender="a@example.com", security="none").send(MAIL)
    assert not away.value.for_good
    with served(Collector()) as port:
        mailer = SmtpMailer(host="127.0.0.1", port=port, sender="a@example.com", security="none")
        with pytest.raises(MailUnavailable) as refused:
            mailer.send(replace(MAIL, recipient="refused@example.com"))
        with pytest.raises(MailUnavailable) as unsafe:  # it offers no encryption, and the mail does not go without
            replace(mailer, security="starttls").send(MAIL)
    assert (refused.value.for_good, unsafe.value.for_good) == (True, False)
    assert "refused@" not in refused.value.message


@dataclass
class Moody:
    """A mailer that fails as it is told, and remembers what it was given."""

    failures: list[MailUnavailable] = field(default_factory=list)
    taken: list[OutgoingMail] = field(default_factory=list)

    def send(self, mail: OutgoingMail) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(mail)


def notify(town: Town, company: Person, text: str = "订单已付款", roles: tuple[str, ...] = ("owner",)) -> None:
    def add(transaction: RecordTransaction) -> None:
        transaction.notices.add(
            company_id=company.company_id, kind="order_paid", subject_id="o-1", text=text, at=town.clock.now(),
            roles=roles,
        )  # fmt: skip

    town.people.send_mails.deeds.store.write(add)


def sweeper(town: Town, mailer: Mailer) -> SendMails:
    return SendMails(deeds=town.people.send_mails.deeds, mailer=mailer, host="site")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog_service.use_cases.companies.send_mails.FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("catalog_service.use_cases.companies.send_mails.PAUSE_MAX_SECONDS", 0.0)


def test_a_notice_is_read_in_the_application_and_mailed_to_those_it_concerns(town: Town) -> None:
    owner = town.company()
    finance = town.colleague(owner, "finance@a.example.com", ["finance"])
    town.colleague(owner, "viewer@a.example.com", ["viewer"])
    town.mails()
    other = town.company("o@b.example.com", "乙公司")
    town.mails()
    mailer = Moody()
    notify(town, owner, roles=("owner", "finance"))
    notify(town, owner, "只在站内", roles=())
    assert sweeper(town, mailer)() == 2
    assert sweeper(town, mailer)() == 0
    assert sorted(mail.recipient for mail in mailer.taken) == sorted([owner.login, finance.login])
    assert {mail.body for mail in mailer.taken} == {"订单已付款"}
    page = town.people.reads.notices(owner.company_id, before=None, limit=1)
    assert ([notice.text for notice in page.notices], page.unread) == (["只在站内"], 2)
    older = town.people.reads.notices(owner.company_id, before=page.next_before, limit=9)
    assert ([notice.text for notice in older.notices], older.next_before) == (["订单已付款"], None)
    assert town.people.reads.notices(other.company_id, before=None, limit=9).notices == []
    newest = page.notices[0].notice_id
    town.people.read_notices(company_id=other.company_id, up_to=newest, request=SELF)
    assert town.people.reads.notices(owner.company_id, before=None, limit=9).unread == 2
    receipt = town.people.read_notices(company_id=owner.company_id, up_to=newest, request=SELF)
    assert receipt.facts == {"read": 2}
    assert town.people.reads.notices(owner.company_id, before=None, limit=9, unread_only=True).notices == []


def test_a_transaction_that_fails_tells_nobody(town: Town) -> None:
    owner = town.company()
    town.mails()

    def fail(transaction: RecordTransaction) -> None:
        transaction.notices.add(company_id=owner.company_id, kind="k", subject_id="s", text="t", at=NOW)
        raise LookupError

    with pytest.raises(LookupError):
        town.people.send_mails.deeds.store.write(fail)
    mailer = Moody()
    assert sweeper(town, mailer)() == 0
    assert mailer.taken == []


def test_the_same_mail_is_put_in_once(town: Town) -> None:
    def put(_: int) -> None:
        mail = Mail(dedupe="once", recipient="a@example.com", subject="s", body="b")
        town.people.send_mails.deeds.store.write(lambda transaction: transaction.notices.mail(mail, at=NOW))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(8)))
    assert rows(town.record, "SELECT count(*) FROM mails") == [(1,)]


def test_a_short_trouble_is_tried_again_at_once_and_a_long_one_later(town: Town, quick: None) -> None:
    owner = town.company()
    town.mails()
    notify(town, owner)
    mailer = Moody([MailUnavailable("忙"), MailUnavailable("忙")])
    assert sweeper(town, mailer)() == 1
    notify(town, owner, "第二条")
    mailer.failures = [MailUnavailable("忙")] * 3
    assert sweeper(town, mailer)() == 0
    assert rows(town.record, "SELECT attempts, failure FROM mails WHERE sent_at IS NULL") == [(1, "忙")]
    assert sweeper(town, mailer)() == 0  # its time has not come
    town.clock.seconds += wait_seconds(1)
    assert sweeper(town, mailer)() == 1
    assert [mail.body for mail in mailer.taken] == ["订单已付款", "第二条"]
    assert rows(town.record, "SELECT DISTINCT body, failure, due_at FROM mails") == [("", "", None)]


def test_a_mail_is_given_up_after_so_many_attempts_or_when_it_never_can_go(town: Town, quick: None) -> None:
    owner = town.company()
    town.mails()
    notify(town, owner)
    mailer = Moody([MailUnavailable("不在")] * 3 * MAIL_ATTEMPTS_MAX)
    for _ in range(MAIL_ATTEMPTS_MAX + 3):
        assert sweeper(town, mailer)() == 0
        town.clock.seconds += 7 * 3600
    assert mailer.failures == []
    notify(town, owner, "收件人被拒")
    mailer.failures = [MailUnavailable("550", for_good=True)]
    assert sweeper(town, mailer)() == 0
    town.clock.seconds += 7 * 3600
    assert sweeper(town, mailer)() == 0
    assert mailer.taken == []
    assert rows(town.record, "SELECT attempts, body, due_at FROM mails WHERE sent_at IS NULL ORDER BY mail_id") == [
        (MAIL_ATTEMPTS_MAX, "", None), (1, "", None),
    ]  # fmt: skip


@dataclass
class Hooked(Moody):
    """Does something before it takes a mail."""

    before: Callable[[OutgoingMail], None] = lambda mail: None

    def send(self, mail: OutgoingMail) -> None:
        self.before(mail)
        super().send(mail)


def many(town: Town, count: int) -> list[str]:
    """What the mails of so many notices of one company say; its earlier mails have gone."""
    owner, texts = town.company(), [f"第 {number} 条" for number in range(count)]
    town.mails()

    def add(transaction: RecordTransaction) -> None:
        for text in texts:
            transaction.notices.add(
                company_id=owner.company_id, kind="k", subject_id="s", text=text, at=town.clock.now()
            )

    town.people.send_mails.deeds.store.write(add)
    return texts


def bodies(*mailers: Moody) -> list[str]:
    return sorted(mail.body for mailer in mailers for mail in mailer.taken)


def unsent(town: Town) -> int:
    return int(rows(town.record, "SELECT count(*) FROM mails WHERE sent_at IS NULL")[0][0])


def test_many_sweepers_send_a_mail_once(town: Town) -> None:
    texts, mailer = many(town, 2 * MAILS_AT_ONCE + 1), Moody()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: sweeper(town, mailer)(), range(12))) == len(texts)
    assert bodies(mailer) == sorted(texts)
    assert unsent(town) == 0


def test_a_sweeper_is_given_nothing_that_another_is_handing_over(town: Town, home: Path) -> None:
    texts = many(town, MAILS_AT_ONCE + 3)
    begun, go_on = threading.Event(), threading.Event()

    def wait(_: OutgoingMail) -> None:
        begun.set()
        assert go_on.wait(WAIT_SECONDS)

    slow, quick = Hooked(before=wait), Moody()
    other = open_house(home, clock=town.clock)  # of another process: connections and turns of its own
    try:
        with ThreadPoolExecutor(1) as pool:
            sweeping = pool.submit(sweeper(town, slow))
            assert begun.wait(WAIT_SECONDS)
            sweep = replace(sweeper(town, quick), deeds=other.people.send_mails.deeds)
            assert [sweep(), sweep()] == [3, 0]
            town.clock.seconds += MAIL_LEASE_SECONDS - 1
            assert sweep() == 0
            go_on.set()
            sweeping.result(WAIT_SECONDS)
        while sweep():
            pass
    finally:
        go_on.set()
        other.close()
    assert bodies(slow, quick) == sorted(texts)
    assert len(slow.taken) == 1  # the first took so long that the rest was given back
    assert unsent(town) == 0


def test_a_slow_round_notes_what_went_every_second_and_gives_back_the_rest(town: Town) -> None:
    texts = many(town, 30)
    open_at: list[int] = []

    def slowly(_: OutgoingMail) -> None:
        open_at.append(unsent(town))
        if len(open_at) % 4 == 0:
            town.clock.seconds += 1

    slow, other = Hooked(before=slowly), Moody()
    assert sweeper(town, slow)() == 4 * MAILS_SECONDS
    assert open_at == [30] * 4 + [26] * 4 + [22] * 4
    assert [mail.body for mail in slow.taken] == texts[: 4 * MAILS_SECONDS]
    assert rows(town.record, "SELECT DISTINCT due_at FROM mails WHERE sent_at IS NULL") == [(NOW,)]
    assert sweeper(town, other)() == 30 - 4 * MAILS_SECONDS  # at once, in their order
    assert [mail.body for mail in other.taken] == texts[4 * MAILS_SECONDS :]


def test_a_bad_mail_keeps_no_other_waiting(town: Town, quick: None) -> None:
    texts = many(town, 9)

    def refuse(mail: OutgoingMail) -> None:
        if mail.body == texts[2]:
            raise MailUnavailable("550", for_good=True)
        if mail.body == texts[5]:
            raise MailUnavailable("忙")

    mailer = Hooked(before=refuse)
    assert sweeper(town, mailer)() == 7
    assert bodies(mailer) == sorted({*texts} - {texts[2], texts[5]})
    assert rows(
        town.record, "SELECT attempts, failure, due_at FROM mails WHERE sent_at IS NULL ORDER BY mail_id"
    ) == [(1, "550", None), (1, "忙", NOW + wait_seconds(1))]  # fmt: skip


def test_a_mailer_that_breaks_holds_the_one_mail_alone(town: Town) -> None:
    texts = many(town, 5)

    def break_down(mail: OutgoingMail) -> None:
        if mail.body == texts[2]:
            raise ZeroDivisionError

    mailer = Hooked(before=break_down)
    with pytest.raises(ZeroDivisionError):
        sweeper(town, mailer)()
    assert unsent(town) == 3
    assert sweeper(town, mailer)() == 2
    assert bodies(mailer) == sorted({*texts} - {texts[2]})


def _sweep_and_die(home: Path, folder: Path, *, at: int) -> None:
    """The process is gone in the middle of a round: after so many mails, none of them marked."""
    record = open_house(home)
    mailer, handed = FolderMailer(folder=folder), []

    def die(mail: OutgoingMail) -> None:
        if len(handed) == at:
            os._exit(9)
        mailer.send(mail)
        handed.append(mail)

    replace(record.people.send_mails, mailer=Hooked(before=die), host="site")()


def test_what_a_killed_process_handed_over_unmarked_comes_again_under_the_same_id(
    town: Town, home: Path, tmp_path: Path
) -> None:
    texts, folder, at = many(town, 6), tmp_path / "handed", 3
    process = PROCESSES.Process(target=_sweep_and_die, args=(home, folder), kwargs={"at": at})
    process.start()
    process.join(WAIT_SECONDS)
    assert process.exitcode == 9
    handed = {path.name for path in folder.iterdir()}
    assert (len(handed), unsent(town)) == (at, len(texts))
    mailer = Moody()
    assert sweeper(town, mailer)() == 0
    town.clock.seconds += MAIL_LEASE_SECONDS
    assert sweeper(town, mailer)() == len(texts)
    assert bodies(mailer) == sorted(texts)
    again = {f"{mail.message_id}.eml" for mail in mailer.taken}
    assert (handed <= again, len(again)) == (True, len(texts))


def test_what_a_dead_sweeper_held_goes_out_after_its_lease_under_the_same_id(town: Town) -> None:
    owner = town.company()
    town.mails()
    notify(town, owner)

    class Killed(Moody):
        def send(self, mail: OutgoingMail) -> None:
            super().send(mail)
            raise KeyboardInterrupt

    killed, other = Killed(), Moody()
    with pytest.raises(KeyboardInterrupt):
        sweeper(town, killed)()
    assert sweeper(town, other)() == 0
    town.clock.seconds += MAIL_LEASE_SECONDS
    assert sweeper(town, other)() == 1
    assert other.taken[0].message_id == killed.taken[0].message_id
