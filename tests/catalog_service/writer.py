"""A process of ``test_many_writers``: does deeds on the same few offers and suppliers as its siblings, each until it
has an answer, as a client with an Idempotency-Key does."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.suppliers.credit import CreditTally
from catalog_service.ports.record import KeyInFlight
from catalog_service.service import Record
from kernel.errors import Conflict, NotFound, Unavailable
from tests.catalog_service.house import draft, open_house

OFFERS, SUPPLIERS = 6, 2  # few, so that writers meet

Deed = Callable[[DeedRequest], Receipt]


def choose(record: Record, dice: random.Random, me: str) -> Deed:
    """One deed by chance; publishing is likely, since it is what brings withdrawn offers back."""
    offer_id, supplier_id = f"o-{dice.randrange(OFFERS)}", f"s-{dice.randrange(SUPPLIERS)}"
    content = draft(offer_id, title=f"杯 {me} {dice.random()}", supplier_id=supplier_id)
    tally = CreditTally(kind="as_described")
    deeds: list[Deed] = [
        lambda request: record.publish_offer(draft=content, request=request),
        lambda request: record.publish_offer(draft=content, request=request),
        lambda request: record.revise_offer(draft=content, expected_version=None, request=request),
        lambda request: record.withdraw_offer(offer_id=offer_id, request=request),
        lambda request: record.record_credit_event(supplier_id=supplier_id, tally=tally, request=request),
    ]
    return dice.choice(deeds)


def opened(home: Path) -> Record:
    """As a service that is started again when the database was away."""
    while True:
        try:
            return open_house(home)
        except Unavailable:
            time.sleep(0.01)


def answered(deed: Deed, request: DeedRequest) -> Receipt | None:
    """The receipt, asked for again while the database is away; None when the deed is refused."""
    while True:
        try:
            return deed(request)
        except Unavailable:
            time.sleep(0.01)
        except (Conflict, NotFound) as refusal:
            if isinstance(refusal, KeyInFlight):  # nobody else has our keys
                raise
            return None


def write(home: Path, number: int, deeds: int, answers: Path) -> None:
    """Do so many deeds; each one's answer becomes a line of JSON before the next is begun."""
    record, dice = opened(home), random.Random(number)
    with answers.open("w", buffering=1) as file:
        for count in range(deeds):
            request = DeedRequest(actor=f"writer {number}", key=f"k-{count}", fingerprint="f")
            receipt = answered(choose(record, dice, str(number)), request)
            if receipt is not None:
                file.write(json.dumps({"id": receipt.subject_id, "version": receipt.version}) + "\n")
    record.close()
