"""What nobody asks for and time brings about: mails go out, verifications end, what is over is removed."""

from __future__ import annotations

import threading
import time

import structlog

from catalog_service.service import Record
from kernel.errors import PifaError

log = structlog.get_logger(__name__)
MAIL_SECONDS = 1.0  # a person who waits for a link waits little longer than the mail takes
UPKEEP_SECONDS = 60.0  # a verification may last a minute longer than it should


def sweep_until(record: Record, stop: threading.Event) -> None:
    """Sweep until told to stop. Every process of a site does: each row is moved by one of them."""
    upkeep_at, said = time.monotonic(), ""
    while not stop.wait(MAIL_SECONDS):
        try:
            record.people.send_mails()
            if time.monotonic() >= upkeep_at:
                upkeep_at = time.monotonic() + UPKEEP_SECONDS
                upkeep(record)
            said = ""
        except PifaError as trouble:  # a record that is busy or away; the next round may do it
            if trouble.code != said:
                log.warning("sweeping_failed", reason=trouble.code)
            said = trouble.code


def upkeep(record: Record) -> None:
    """End what has ended."""
    while record.people.expire_verifications():
        pass
    record.people.sweep_credentials()
