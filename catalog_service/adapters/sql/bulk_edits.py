"""Bulk edits over SQL."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from catalog_service.adapters.sql.rows import encode_json
from catalog_service.adapters.sql.tables import bulk_edits
from catalog_service.ports.bulk_edits import BulkEdit, EditedOffer
from catalog_service.ports.record import Overtaken

_decode_rows = msgspec.json.Decoder(tuple[EditedOffer, ...]).decode
_E = bulk_edits.c


class SqlBulkEdits:
    """``BulkEditRows`` over an open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, edit: BulkEdit, *, at: int) -> None:
        self._connection.execute(
            sa.insert(bulk_edits).values(
                edit_id=edit.edit_id,
                supplier_id=edit.supplier_id,
                plan_digest=edit.plan_digest,
                rows=encode_json(edit.rows),
                applied_at=at,
                undone_at=None,
            )
        )

    def get(self, edit_id: str) -> BulkEdit | None:
        row = self._connection.execute(sa.select(bulk_edits).where(_E.edit_id == edit_id)).mappings().first()
        if row is None:
            return None
        return BulkEdit(
            edit_id=edit_id,
            supplier_id=row["supplier_id"],
            plan_digest=row["plan_digest"],
            rows=_decode_rows(row["rows"]),
            undone=row["undone_at"] is not None,
        )

    def mark_undone(self, edit_id: str, *, at: int) -> None:
        undone = self._connection.execute(
            sa.update(bulk_edits).where(_E.edit_id == edit_id, _E.undone_at.is_(None)).values(undone_at=at)
        )
        if undone.rowcount != 1:
            raise Overtaken("这次批量修改已被撤销", parameter="edit_id")
