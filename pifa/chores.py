"""What nobody asks for and time brings about: one loop for every deed that is done again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from catalog_service.ordering import Ordering
from catalog_service.service import Record
from catalog_service.use_cases.upkeep.remove_unused_files import Tidied
from kernel.errors import PifaError

log = structlog.get_logger(__name__)

MAIL_SECONDS = 1.0  # a person who waits for a link waits little longer than the mail takes
UPKEEP_SECONDS = 60.0  # a verification may last a minute longer than it should
SWEEP_SECONDS = 2.0  # how late a deadline may be kept; a sweep with nothing due is one query of an index
STOCK_SECONDS = 2.0  # how far the stock of a listing may lag behind its sales; one query when nothing was sold
ANCHOR_SECONDS = 3_600.0  # how much of the ledger a thief of both database and backups could rewrite unseen
FILES_SECONDS = 86_400.0  # reads every row that names a picture: once a day, by a process that is started once
CARTS_SECONDS = 3_600.0  # carts are kept for a month; an hour more is nothing
FIRST_SECONDS = 1.0  # after the start: a process that is started anew every half hour does the hourly chores too
LEAVE_SECONDS = 5.0  # a chore is in the middle of one transaction at most when it is told to stop


@dataclass(frozen=True, slots=True)
class Chore:
    """A deed done every so many seconds, for the first time soon after the start."""

    name: str
    deed: Callable[[], object]
    seconds: float


def keep(chore: Chore, stop: threading.Event) -> None:
    """Do a chore until told to stop. What fails is tried at the next turn, whatever it was: a chore that died would
    be missed by nobody for days. The same trouble stands in the log once."""
    said, wait = "", min(chore.seconds, FIRST_SECONDS)
    while not stop.wait(wait):
        wait = chore.seconds
        try:
            chore.deed()
            said = ""
        except Exception as fault:
            kind = fault.code if isinstance(fault, PifaError) else type(fault).__name__
            if kind != said:
                log.warning("chore_failed", chore=chore.name, kind=kind, reason=str(fault))
            said = kind


def start(chores: Iterable[Chore], stop: threading.Event) -> list[threading.Thread]:
    """A thread for each, so that a mail server which does not answer keeps nothing else waiting."""
    threads = [threading.Thread(target=keep, args=(chore, stop), name=chore.name, daemon=True) for chore in chores]
    for thread in threads:
        thread.start()
    return threads


def leave(threads: Iterable[threading.Thread]) -> None:
    """Wait a while for chores that were told to stop."""
    for thread in threads:
        thread.join(timeout=LEAVE_SECONDS)


def of_every_process(record: Record) -> list[Chore]:
    """What each process of a site does: every row is moved by one of them."""
    return [
        Chore("mails", record.people.send_mails, MAIL_SECONDS),
        Chore("upkeep", lambda: end_what_has_ended(record), UPKEEP_SECONDS),
    ]


def of_the_follower(record: Record) -> list[Chore]:
    """What the one process beside the site does."""
    return [
        Chore("deadlines", lambda: sweep_once(record.ordering), SWEEP_SECONDS),
        Chore("anchor", record.ordering.anchor, ANCHOR_SECONDS),
        Chore("stock", record.announce_stock, STOCK_SECONDS),
        Chore("carts", record.forget_carts, CARTS_SECONDS),
        Chore("unused_files", lambda: tidy(record), FILES_SECONDS),
    ]


def tidy(record: Record, *, dry_run: bool = False) -> dict[str, Tidied]:
    """Pictures and scans that nothing names; what became of them, by store."""
    done = {name: remove(dry_run=dry_run) for name, remove in record.remove_unused.items()}
    for name, tidied in done.items():
        if not dry_run and tidied.set_aside + tidied.put_back + tidied.removed:
            log.info("files_tidied", store=name, set_aside=tidied.set_aside, put_back=tidied.put_back,
                     removed=tidied.removed, removed_bytes=tidied.removed_bytes)  # fmt: skip
    return done


def sweep_once(ordering: Ordering) -> dict[str, int]:
    """Deadlines, payments to ask for, money to send back; what was taken, by kind."""
    ordering.deliver_sandbox_notices()
    return dict(ordering.sweep())


def end_what_has_ended(record: Record) -> None:
    """Verifications that ran out, and credentials that are over."""
    while record.people.expire_verifications():
        pass
    record.people.sweep_credentials()
