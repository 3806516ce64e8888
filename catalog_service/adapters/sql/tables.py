"""The tables of the record. Migrations build them; a test holds the two together."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.domain.states import OfferState

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only for INTEGER keys; PostgreSQL needs the wide type by name.
_Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Id = sa.String(64)
_live = sa.text("state = 'live'")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


suppliers = sa.Table(
    "suppliers",
    metadata,
    sa.Column("supplier_id", _Id, primary_key=True),
    _count("version"),
    _text("name"),
    _text("province"),
    _text("city"),
    sa.Column("joined_year", sa.Integer),
    _flag("verified"),
    _flag("factory"),
    sa.Column("credit_score", sa.Float, nullable=False),
    sa.Column("credit_level", sa.Integer, nullable=False),
    sa.Column("repeat_buyer_rate", sa.Float),
    _count("changed_at"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint("credit_score BETWEEN 0 AND 1", name="credit_score"),
    sa.CheckConstraint("credit_level BETWEEN 0 AND 5", name="credit_level"),
)

credit_events = sa.Table(
    "credit_events",
    metadata,
    sa.Column("event_id", _Id, primary_key=True),
    sa.Column("supplier_id", _Id, sa.ForeignKey("suppliers.supplier_id"), nullable=False, index=True),
    _text("kind"),
    _count("count"),
    _flag("related_party"),
    _text("note"),
    _count("occurred_at"),
    _count("recorded_at"),
    sa.CheckConstraint("count >= 1", name="count"),
)

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("offer_id", _Id, primary_key=True),
    _count("version"),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("content_hash", sa.String(32), nullable=False),
    _text("takedown_reason"),
    _count("changed_at"),
    _text("title"),
    sa.Column("supplier_id", _Id, sa.ForeignKey("suppliers.supplier_id")),
    sa.Column("category_id", _Id),
    _text("tiers"),  # JSON [[min_quantity, unit_price_fen], ...]
    _count("moq"),
    _count("pack_multiple"),
    _count("units_per_pack"),
    _text("pack_unit"),
    _text("unit"),
    sa.Column("stock", sa.BigInteger),
    _text("attributes"),  # JSON {name: [value, ...], ...}
    _text("brand"),
    _text("item_code"),
    _text("barcode"),
    _text("description"),
    _text("origin"),
    _flag("dropship"),
    sa.Column("dropship_price_fen", sa.BigInteger),
    sa.Column("sample_price_fen", sa.BigInteger),
    _flag("customisation"),
    _flag("invoice"),
    _flag("freight_free"),
    sa.Column("dispatch_hours", sa.Integer),
    _text("picture"),
    _count("sold_count"),
    _count("published_at"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in OfferState)), name="state"),
    sa.CheckConstraint("moq >= 1", name="moq"),
    sa.CheckConstraint("stock IS NULL OR stock >= 0", name="stock"),
    # Counting and scanning what is live must not touch the wide rows of what is not.
    sa.Index("ix_offers_live", "offer_id", sqlite_where=_live, postgresql_where=_live),
    sa.Index("ix_offers_supplier_live", "supplier_id", "offer_id", sqlite_where=_live, postgresql_where=_live),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("sequence", _Sequence, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject_id", _Id, nullable=False),
    _count("version"),
    _count("recorded_at"),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,  # a sequence is never given twice, not even after the newest row went
)

# The urgent rows alone, so that finding them costs nothing while an import fills the outbox.
sa.Index("ix_outbox_urgent", outbox.c.sequence, sqlite_where=outbox.c.urgent, postgresql_where=outbox.c.urgent)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("audit_id", _Sequence, primary_key=True, autoincrement=True),
    _count("recorded_at"),
    _text("actor"),
    _text("deed"),
    sa.Column("kind", sa.String(16), nullable=False),
    _text("subject_id"),
    _count("version"),
    _text("reason"),
    _text("facts"),  # JSON object
    sa.Index("ix_audit_subject", "kind", "subject_id"),
    sqlite_autoincrement=True,
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("actor", sa.String(128), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    _text("fingerprint"),
    _text("token"),
    _count("claimed_at"),
    sa.Column("receipt", sa.Text),  # JSON; NULL while in flight
)

import_runs = sa.Table(
    "import_runs",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    _text("file_name"),
    _count("rows_done"),
    _count("created"),
    _count("revised"),
    _count("unchanged"),
    _count("rejected"),
    _count("rejects_bytes"),
    _count("started_at"),
    _count("changed_at"),
    sa.Column("finished_at", sa.BigInteger),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("key_id", _Id, primary_key=True),
    _text("name"),
    sa.Column("role", sa.String(32), nullable=False),
    sa.Column("key_hash", sa.String(64), nullable=False, unique=True),  # SHA-256 of a 256-bit random key
    _count("created_at"),
    sa.Column("revoked_at", sa.BigInteger),
)
