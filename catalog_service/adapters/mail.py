"""Mails into a folder (the default), or through a server by SMTP."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Literal

from catalog_service.ports.mail import MailUnavailable, OutgoingMail

TIMEOUT_SECONDS = 20.0  # a server that says nothing for so long is away; the mail waits for its next turn
Security = Literal["none", "starttls", "tls"]


class _Headers(HeaderRegistry):
    """One class for all headers of a name: the library makes one for every header of every mail, which takes longer
    than to write the mail."""

    @cache  # noqa: B019  # of one object, which lives as long as the process
    def __getitem__(self, name: str) -> type:
        return super().__getitem__(name)


_POLICY = SMTP.clone(header_factory=_Headers())


def message_of(mail: OutgoingMail, *, sender: str) -> EmailMessage:
    """The message; raises ``MailUnavailable`` for good when a header holds what none may."""
    message = EmailMessage(policy=_POLICY)
    try:
        message["From"] = _from(sender)
        message["To"] = mail.recipient
        message["Subject"] = mail.subject
        message["Date"] = datetime.fromtimestamp(mail.at, UTC)
        message["Message-ID"] = f"<{mail.message_id}@{_domain(sender)}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body)
    except (ValueError, MessageError) as error:
        raise MailUnavailable(f"邮件无法写成：{error}", for_good=True) from None
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMailer:
    """``Mailer`` into a folder: one ``.eml`` a mail, whole or not at all; the same mail again is the same file."""

    folder: Path
    sender: str = "pifa@localhost.localdomain"

    def send(self, mail: OutgoingMail) -> None:
        message = message_of(mail, sender=self.sender)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial = self.folder / f".{mail.message_id}.partial"
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(bytes(message))
            os.replace(partial, self.folder / f"{mail.message_id}.eml")
        except OSError as error:
            raise MailUnavailable(f"邮件文件夹不可写：{error.strerror}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """``Mailer`` through a server; a connection a mail, since they are few."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password: str = ""

    def send(self, mail: OutgoingMail) -> None:
        message = message_of(mail, sender=self.sender)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            ((number, _),) = list(error.recipients.values())[:1]
            raise MailUnavailable(f"收件地址被拒绝（{number}）", for_good=500 <= number < 600) from None
        except smtplib.SMTPResponseException as error:
            raise MailUnavailable(f"邮件服务器拒绝（{error.smtp_code}）") from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(f"邮件服务器不可用（{type(error).__name__}）") from None

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


@cache
def _from(sender: str) -> object:
    """The same header for every mail of a site, read once."""
    return _POLICY.header_store_parse("From", sender)[1]


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].strip("<> ") or "localhost"
