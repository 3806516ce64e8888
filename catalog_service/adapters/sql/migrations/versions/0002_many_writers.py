"""What PostgreSQL needs so that the record reads there as it does on SQLite: ids in byte order, and a feed that never
skips while many write at once. Nothing to do on SQLite."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Ids are ordered by their bytes, as SQLite and Python order them, whatever the language of the database.
IDS = (
    ("offers", "offer_id"),
    ("offers", "supplier_id"),
    ("suppliers", "supplier_id"),
    ("credit_events", "supplier_id"),
    ("outbox", "subject_id"),
)

# Before a transaction takes its first sequence it says, where others see it at once, which one stood before; the lock
# goes only when its rows can be seen. ``postgresql.feed_end`` reads both. The setting lives as long as the lock: until
# the end of the transaction, or the savepoint that is rolled back.
HOLD = """
CREATE FUNCTION outbox_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('pifa.outbox_held', true), '') = '' THEN
    PERFORM pg_advisory_xact_lock_shared((x'7069'::bigint << 48) | last_value)
      FROM outbox_sequence_seq;
    PERFORM set_config('pifa.outbox_held', 'on', true);
  END IF;
  RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER outbox_hold BEFORE INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_hold()
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    _collate("C")
    op.execute(HOLD)
    op.execute(TRIGGER)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER outbox_hold ON outbox")
    op.execute("DROP FUNCTION outbox_hold()")
    _collate("default")


def _collate(collation: str) -> None:
    for table, column in IDS:
        op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(64) COLLATE "{collation}"')
