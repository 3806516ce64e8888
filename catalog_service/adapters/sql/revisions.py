"""Revisions over SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog_service.adapters.sql.ids import id_parts
from catalog_service.adapters.sql.moves import move_row, refuse_overtaken
from catalog_service.adapters.sql.rows import encode_json
from catalog_service.adapters.sql.tables import revisions
from catalog_service.domain.offers.revision_states import RevisionState
from catalog_service.domain.offers.revisions import Content, Revision

_decode = msgspec.json.Decoder(Content).decode
_R = revisions.c


class SqlRevisions:
    """``RevisionRows`` over an open connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_offer(self, offer_id: str) -> Revision | None:
        row = self._connection.execute(sa.select(revisions).where(_R.offer_id == offer_id)).first()
        return None if row is None else revision_from_row(row)

    def waiting_of(self, offer_ids: Collection[str]) -> Sequence[Revision]:
        found: list[Revision] = []
        for part in id_parts(offer_ids):
            query = sa.select(revisions).where(_R.offer_id.in_(part), WAITING).order_by(_R.offer_id)
            found += map(revision_from_row, self._connection.execute(query))
        return found

    def add(self, revision: Revision) -> None:
        row = {"offer_id": revision.offer_id, **_values(revision)}
        try:
            self._connection.execute(sa.insert(revisions).values(row))  # at once: another may have added one
        except IntegrityError:
            refuse_overtaken(0)

    def move(self, before: Revision, after: Revision) -> None:
        move_row(
            self._connection, revisions, before.offer_id, source=before.state, version=before.version,
            changed=_values(after),
        )  # fmt: skip


# Written out, not bound: SQLite takes a partial index only when it can see the value.
WAITING = sa.text("revisions.state = 'waiting'")


def revision_from_row(row: Any) -> Revision:
    return Revision(
        offer_id=row.offer_id,
        version=row.version,
        state=RevisionState(row.state),
        base_version=row.base_version,
        base=_decode(row.base),
        content=_decode(row.content),
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        changed_at=row.changed_at,
        code=row.code,
        reason=row.reason,
    )


def _values(revision: Revision) -> dict[str, Any]:
    return {
        "version": revision.version,
        "state": str(revision.state),
        "base_version": revision.base_version,
        "base": encode_json(revision.base),
        "content": encode_json(revision.content),
        "submitted_by": revision.submitted_by,
        "submitted_at": revision.submitted_at,
        "changed_at": revision.changed_at,
        "code": revision.code,
        "reason": revision.reason,
    }
