"""One offer as a page or a client shows it: from the record, never from the index."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.domain.states import OfferState
from catalog_service.reads.catalog import suppliers_by_id
from kernel.errors import NotFound
from kernel.offers import Offer, Supplier


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


class OfferReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def offer(self, offer_id: str, *, any_state: bool = False) -> OfferView:
        """The live offer (in ``any_state`` for its administrator); raises ``OfferGone``."""
        with read_transaction(self._engine) as connection:
            stored = SqlRecordTransaction(connection).offer(offer_id)
            if stored is None or not (any_state or stored.state is OfferState.LIVE):
                raise OfferGone(f"没有编号为 {offer_id} 的商品，或已下架", parameter="offer_id")
            supplier_id = stored.offer.supplier_id
            supplier = suppliers_by_id(connection, [supplier_id]).get(supplier_id) if supplier_id else None
        return OfferView(
            offer=stored.offer,
            supplier=supplier,
            state=stored.state,
            changed_at=stored.changed_at,
            takedown_reason=stored.takedown_reason,
        )
