"""Revisions beside what is on sale: what each would change, for its supplier and for who decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.revisions import WAITING, revision_from_row
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import offers, revisions
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.revision_states import OPEN, RevisionState
from catalog_service.domain.offers.revisions import (
    Content,
    FieldChange,
    Revision,
    RevisionOvertaken,
    changes_between,
    follow,
)
from catalog_service.use_cases.offers.revisions import RevisionNotFound, standing
from kernel.errors import Invalid
from kernel.paging import Page

PAGE_MAX = 100  # rows of a list that somebody scrolls through
_OPEN = sorted(str(state) for state in OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """``content``: what would be on sale; ``changes`` what that changes of the offer as it is. ``clash``: why it cannot
    be approved as it stands; its changes are then told as they were meant."""

    stored: StoredOffer
    revision: Revision
    content: Content
    changes: Sequence[FieldChange]
    clash: str = ""


class RevisionReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def of_offer(self, offer_id: str, *, seller: str | None) -> RevisionView:
        """The open one of an offer; of another supplier's it is not there (``RevisionNotFound``)."""
        with read_transaction(self._engine) as connection:
            transaction = SqlRecordTransaction(connection)
            revision = transaction.revisions.of_offer(offer_id)
            view = _view(transaction, revision) if revision is not None and revision.state in OPEN else None
        if view is None or (seller is not None and view.stored.offer.supplier_id != seller):
            raise RevisionNotFound(f"商品 {offer_id} 没有待审的修改", parameter="offer_id")
        return view

    @read_again
    def states_of(self, offer_ids: Collection[str]) -> Mapping[str, RevisionState]:
        """Of a page of offers, those that have an open one."""
        query = sa.select(revisions.c.offer_id, revisions.c.state).where(
            revisions.c.offer_id.in_(sorted(offer_ids)), revisions.c.state.in_(_OPEN)
        )
        with read_transaction(self._engine) as connection:
            return {offer_id: RevisionState(state) for offer_id, state in connection.execute(query)}

    @read_again
    def waiting(self, *, seller: str | None, after: str = "", limit: int) -> Page[RevisionView]:
        """Those that can be decided now, of a seller (None: of everybody), who waits longest first. One beside an offer
        that is off the shelf waits for its coming back. The cursor is the last offer's id of the page."""
        if not 1 <= limit <= PAGE_MAX:
            raise Invalid(f"limit 必须在 1 到 {PAGE_MAX} 之间", parameter="limit")
        columns = revisions.c
        query = (
            sa.select(revisions)
            .join(offers, offers.c.offer_id == columns.offer_id)
            .where(WAITING, sa.text("offers.state = 'live'"))
            .order_by(columns.submitted_at, columns.offer_id)
            .limit(limit + 1)
        )
        if seller is not None:
            query = query.where(offers.c.supplier_id == seller)
        with read_transaction(self._engine) as connection:
            if after:
                since = connection.execute(sa.select(columns.submitted_at).where(columns.offer_id == after)).scalar()
                place = sa.tuple_(columns.submitted_at, columns.offer_id)
                query = query.where(place > sa.tuple_(sa.literal(since or 0), sa.literal(after)))
            transaction = SqlRecordTransaction(connection)
            found = [revision_from_row(row) for row in connection.execute(query)]
            views = [view for revision in found[:limit] if (view := _view(transaction, revision))]
        more = found[limit - 1].offer_id if len(found) > limit else None
        return Page(items=views, next_cursor=more)


def _view(transaction: SqlRecordTransaction, revision: Revision) -> RevisionView | None:
    stored = transaction.offer(revision.offer_id)
    if stored is None:
        return None
    live = standing(transaction, stored)
    try:
        content, clash = follow(revision.base, revision.content, live), ""
    except RevisionOvertaken as error:
        content, clash = revision.content, error.message
    return RevisionView(
        stored=stored, revision=revision, content=content, changes=changes_between(live, content), clash=clash
    )
