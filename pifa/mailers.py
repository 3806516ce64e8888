"""Which way mails leave, as the settings say."""

from __future__ import annotations

from catalog_service.adapters.mail import FolderMailer, SmtpMailer
from catalog_service.ports.mail import Mailer
from pifa.home import Home
from pifa.settings import Settings


def choose_mailer(settings: Settings, home: Home) -> Mailer:
    """Through the server that is named, else into a folder of the home."""
    if not settings.smtp_host:
        return FolderMailer(folder=home.mail, sender=settings.mail_from)
    return SmtpMailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        sender=settings.mail_from,
    )
