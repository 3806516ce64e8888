"""One offer as a page or a client shows it: from the record, never from the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.rows import OFFER_COLUMNS, STATE_COLUMNS, stored_offer_from_row
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import offers
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.skus.values import NO_TERMS, OfferTerms, SkuView
from catalog_service.reads.catalog import suppliers_by_id
from catalog_service.reads.own_offers import matching
from kernel.errors import Invalid, NotFound
from kernel.offers import Offer, Supplier
from kernel.paging import Page


class OfferGone(NotFound):
    """There is no such offer for this reader: never was, withdrawn, or taken down."""

    code = "offer_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """The offer with its supplier and where it stands; ``takedown_reason`` only while it is taken down."""

    offer: Offer
    supplier: Supplier | None
    state: OfferState
    changed_at: int
    takedown_reason: str
    skus: Sequence[SkuView] = ()
    terms: OfferTerms = NO_TERMS


PAGE_MAX = 100  # rows of a list that somebody scrolls through

# Written out, not bound: SQLite takes a partial index only when it can see the value.
_LIVE, _REST = sa.text("offers.state = 'live'"), sa.text("offers.state <> 'live'")


class OfferReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def offer(self, offer_id: str, *, any_state: bool = False, seller: str | None = None) -> OfferView:
        """The live offer (in ``any_state`` for its administrator and its own ``seller``); raises ``OfferGone``."""
        with read_transaction(self._engine) as connection:
            transaction = SqlRecordTransaction(connection)
            stored = transaction.offer(offer_id)
            own = stored is not None and seller is not None and stored.offer.supplier_id == seller
            if stored is None or not (any_state or own or stored.state is OfferState.LIVE):
                raise OfferGone(f"没有编号为 {offer_id} 的商品，或已下架", parameter="offer_id")
            supplier_id = stored.offer.supplier_id
            supplier = suppliers_by_id(connection, [supplier_id]).get(supplier_id) if supplier_id else None
            skus = transaction.skus.of_offer(offer_id)
            terms = transaction.skus.terms([offer_id]).get(offer_id, NO_TERMS)
        return OfferView(
            offer=stored.offer,
            supplier=supplier,
            state=stored.state,
            changed_at=stored.changed_at,
            takedown_reason=stored.takedown_reason,
            skus=skus,
            terms=terms,
        )

    @read_again
    def page(
        self, *, seller: str | None, state: OfferState, after: str, limit: int, typed: str = ""
    ) -> Page[StoredOffer]:
        """A seller's own offers in a state (``seller`` None: everybody's), in the order of their ids; the cursor is the
        last id of the page. ``typed``: those of the seller's alone that it finds (``own_offers.matching``)."""
        if not 1 <= limit <= PAGE_MAX:
            raise Invalid(f"limit 必须在 1 到 {PAGE_MAX} 之间", parameter="limit")
        query = (
            sa.select(*OFFER_COLUMNS, *STATE_COLUMNS)
            .where(_LIVE if state is OfferState.LIVE else _REST, offers.c.offer_id > after)
            .order_by(offers.c.offer_id)
            .limit(limit + 1)
        )
        if state is not OfferState.LIVE:
            query = query.where(offers.c.state == str(state))
        if seller is not None:
            query = query.where(offers.c.supplier_id == seller)
        if typed.strip():
            query = query.where(_found(typed, seller))
        with read_transaction(self._engine) as connection:
            found = [stored_offer_from_row(row) for row in connection.execute(query)]
        more = found[limit - 1].offer.offer_id if len(found) > limit else None
        return Page(items=found[:limit], next_cursor=more)


def _found(typed: str, seller: str | None) -> sa.ColumnElement[bool]:
    if seller is None:  # every title of the market would be looked through: that is what the index is for
        raise Invalid("只能在自己的商品里查找", parameter="q")
    found = matching(typed, seller=seller)
    return sa.true() if found is None else found
