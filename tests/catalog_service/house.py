"""What tests of the record share: opening one, and drafts that are valid."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from catalog_service.adapters.credit import RankingCreditFormula
from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers.content import OfferDraft
from catalog_service.domain.offers.prohibited import WordRule
from catalog_service.service import Record, open_record
from kernel.changes import Change
from kernel.clock import FixedClock
from kernel.prices import PriceTier
from text_analysis.normalise import normalise

NOW = 1_780_000_000
ADMIN = DeedRequest(actor="admin")
RULES = (
    WordRule(word="枪支", kind="武器", reason="禁止网络销售", innocent=("玩具枪支架",)),
    WordRule(word="手枪", kind="武器", reason="禁止网络销售", innocent=("手枪钻", "玩具手枪")),
    WordRule(word="K粉", kind="毒品", reason="禁止买卖"),
    WordRule(word="viagra", kind="处方药", reason="处方药"),
)


_counter = itertools.count()


class CountedIds:
    """Ids in order, told apart by process, never twice in one."""

    def new(self) -> str:
        return f"id-{os.getpid()}-{next(_counter)}"


ADDRESS_NAME = "database.url"  # in the home of a test: where its record is, unless in the home itself


def database_url(home: Path) -> str:
    address = home / ADDRESS_NAME
    return address.read_text() if address.exists() else ""


def open_house(home: Path, *, clock: FixedClock | None = None, **options: Any) -> Record:
    return open_record(
        home,
        database_url=database_url(home),
        clock=clock or FixedClock(NOW),
        ids=CountedIds(),
        normaliser=normalise,
        credit_formula=RankingCreditFormula(),
        prohibited=RULES,
        **options,
    )


def draft(offer_id: str = "o-1", title: str = "304不锈钢螺丝 M8x30", **stated: Any) -> OfferDraft:
    return OfferDraft(offer_id=offer_id, title=title, **stated)


def ladder(*steps: tuple[int, int]) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(min_quantity=quantity, unit_price_fen=fen) for quantity, fen in steps)


def every_change(record: Record, *, limit: int = 7) -> list[Change]:
    """The feed read from its beginning in small batches."""
    cursor = 0
    changes: list[Change] = []
    while batch := record.changes.after(cursor, limit=limit):
        changes.extend(batch)
        cursor = batch[-1].sequence
    return changes


def rows(record: Record, sql: str) -> list[tuple[Any, ...]]:
    with record.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(sql))]
