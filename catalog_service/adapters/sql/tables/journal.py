"""What every deed leaves: the outbox, the audit trail, its answer under its key."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.adapters.sql.tables.base import Id, Sequence, count, metadata, text

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("sequence", Sequence, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    count("version"),
    count("recorded_at"),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,  # a sequence is never given twice, not even after the newest row went
)

# The urgent rows alone, so that finding them costs nothing while an import fills the outbox.
sa.Index("ix_outbox_urgent", outbox.c.sequence, sqlite_where=outbox.c.urgent, postgresql_where=outbox.c.urgent)

# Likewise the rows that the feed of the catalog gives: orders announce more than the catalog ever does.
_of_the_catalog = sa.text("kind IN ('offer', 'supplier')")
sa.Index("ix_outbox_catalog", outbox.c.sequence, sqlite_where=_of_the_catalog, postgresql_where=_of_the_catalog)


audit = sa.Table(
    "audit",
    metadata,
    sa.Column("audit_id", Sequence, primary_key=True, autoincrement=True),
    count("recorded_at"),
    text("actor"),
    text("deed"),
    sa.Column("kind", sa.String(16), nullable=False),
    text("subject_id"),
    count("version"),
    text("reason"),
    text("facts"),  # JSON object
    sa.Index("ix_audit_subject", "kind", "subject_id"),
    sqlite_autoincrement=True,
)


idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("actor", sa.String(128), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    text("fingerprint"),
    text("token"),
    count("claimed_at"),
    sa.Column("receipt", sa.Text),  # JSON; NULL while in flight
)
