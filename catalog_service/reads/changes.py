"""The change feed over the outbox.

Coalesces: of several changes of one subject within a batch only the last is given, with the newest state of the record.
A batch ends with the last outbox row that it covers, so the cursor passes over all of them and nothing is skipped.
Where several write at once, a later sequence may be seen before an earlier one: reading ends before what is still open
(``feed_end``).
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import feed_end, read_again, read_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import outbox
from catalog_service.domain.deeds import Subject
from catalog_service.reads.catalog import live_offers_by_id, suppliers_by_id
from kernel.changes import Change, OfferChanged, SupplierChanged
from kernel.errors import Invalid

# Written out, as the partial indexes have it: SQLite takes them only when it sees the same words.
_CATALOG = sa.text("outbox.kind IN ('offer', 'supplier')")
_URGENT = sa.text("outbox.urgent")
BATCH_MAX = 10_000  # changes with their offers in memory at once: some 30 MB


class SqlChangeFeed:
    """The kernel's ``ChangeFeed``. One snapshot a batch: its changes and their state belong together."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def after(self, cursor: int, *, limit: int) -> Sequence[Change]:
        """At most ``limit`` changes with ``sequence > cursor``, in order; empty when caught up."""
        return self._read(_CATALOG & (outbox.c.sequence > cursor), limit)

    def urgent_after(self, cursor: int, *, limit: int) -> Sequence[Change]:
        """The same of the changes that a person waits for."""
        # Bound, so that the index of the urgent rows is taken: the catalog's has an import's rows in it.
        kinds = outbox.c.kind.in_([str(Subject.OFFER), str(Subject.SUPPLIER)])
        return self._read((outbox.c.sequence > cursor) & _URGENT & kinds, limit)

    @read_again
    def _read(self, which: sa.ColumnElement[bool], limit: int) -> Sequence[Change]:
        if not 1 <= limit <= BATCH_MAX:
            raise Invalid(f"limit 必须在 1 到 {BATCH_MAX} 之间", parameter="limit")
        query = (
            sa.select(outbox.c.sequence, outbox.c.kind, outbox.c.subject_id, outbox.c.version)
            .where(which, self._settled())
            .order_by(outbox.c.sequence)
            .limit(limit)
        )
        with read_transaction(self._engine) as connection:
            newest = {(row.kind, row.subject_id): row for row in connection.execute(query)}
            rows = sorted(newest.values(), key=lambda row: row.sequence)
            offers = live_offers_by_id(connection, [row.subject_id for row in rows if row.kind == Subject.OFFER])
            wanted = {offer.supplier_id for offer in offers.values() if offer.supplier_id is not None}
            wanted.update(row.subject_id for row in rows if row.kind == Subject.SUPPLIER)
            suppliers = suppliers_by_id(connection, wanted)
            versions = _versions(connection, [row.subject_id for row in rows if row.kind == Subject.OFFER])
        changes: list[Change] = []
        for row in rows:
            if row.kind == Subject.SUPPLIER:
                changes.append(SupplierChanged(sequence=row.sequence, supplier=suppliers[row.subject_id]))
                continue
            offer = offers.get(row.subject_id)
            changes.append(
                OfferChanged(
                    sequence=row.sequence,
                    offer_id=row.subject_id,
                    version=offer.version if offer else versions[row.subject_id],
                    offer=offer,
                    supplier=suppliers.get(offer.supplier_id) if offer and offer.supplier_id else None,
                )
            )
        return changes

    @read_again
    def latest(self) -> int:
        """The newest sequence that the feed gives, 0 when there is none; whoever starts from here misses nothing."""
        query = sa.select(sa.func.max(outbox.c.sequence)).where(_CATALOG, self._settled())
        with read_transaction(self._engine) as connection:
            return int(connection.execute(query).scalar() or 0)

    @read_again
    def recorded_after(self, cursor: int) -> int | None:
        """When the first change after the cursor was recorded, in epoch seconds; None when it has all of them."""
        query = sa.select(outbox.c.recorded_at).where(_CATALOG, outbox.c.sequence > cursor)
        query = query.order_by(outbox.c.sequence).limit(1)
        with read_transaction(self._engine) as connection:
            found: int | None = connection.execute(query).scalar()
            return found

    def _settled(self) -> sa.ColumnElement[bool]:
        end = feed_end(self._engine)
        return sa.true() if end is None else outbox.c.sequence <= end


def _versions(connection: sa.Connection, offer_ids: Sequence[str]) -> dict[str, int]:
    return {
        offer_id: mark.version for offer_id, mark in SqlRecordTransaction(connection).offer_marks(offer_ids).items()
    }
