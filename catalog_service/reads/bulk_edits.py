"""The plan of a bulk edit, read before it is applied."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.domain.offers.bulk import BulkChange, BulkPlan
from catalog_service.use_cases.offers.edit_many import EditMany


class BulkEditReads:
    def __init__(self, engine: sa.Engine, *, edits: EditMany) -> None:
        self._engine = engine
        self._edits = edits

    @read_again
    def plan(self, *, seller: str, offer_ids: Sequence[str], change: BulkChange) -> BulkPlan:
        """In one snapshot; writes nothing."""
        with read_transaction(self._engine) as connection:
            transaction = SqlRecordTransaction(connection)
            return self._edits.plan(transaction, seller=seller, offer_ids=offer_ids, change=change)
