"""The record as the indexer reads it: live offers with their suppliers, in batches, constant memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.ids import id_parts
from catalog_service.adapters.sql.rows import OFFER_COLUMNS, SUPPLIER_COLUMNS, offer_from_row, supplier_from_row
from catalog_service.adapters.sql.tables import offers, suppliers
from catalog_service.domain.offers.states import OfferState
from kernel.errors import Invalid
from kernel.offers import Offer, Supplier

Listing = tuple[Offer, Supplier | None]

BATCH_MAX = 50_000  # offers in memory at once: some 150 MB
SUPPLIERS_REMEMBERED = 50_000  # suppliers of neighbouring batches repeat; about 30 MB at most
OFFERS_OF_SUPPLIER_BATCH = 1_000

# Written out, not bound: SQLite takes the partial index only when it can see the value.
_LIVE = sa.text(f"offers.state = '{OfferState.LIVE}'")
_LIVE_OFFERS = sa.select(*OFFER_COLUMNS).where(_LIVE).order_by(offers.c.offer_id)


class SqlCatalog:
    """The kernel's ``Catalog``. Each batch is a snapshot of its own: what changes meanwhile comes down the feed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def live_offers(self, *, batch_size: int, after_id: str = "") -> Iterator[Sequence[Listing]]:
        """Batches of live offers in id order."""
        if not 1 <= batch_size <= BATCH_MAX:
            raise Invalid(f"batch_size 必须在 1 到 {BATCH_MAX} 之间", parameter="batch_size")
        return self._batches(_LIVE_OFFERS, batch_size=batch_size, after_id=after_id)

    def live_offers_of(self, supplier_id: str) -> Iterator[Sequence[Listing]]:
        """Batches of one supplier's live offers in id order."""
        query = _LIVE_OFFERS.where(offers.c.supplier_id == supplier_id)
        return self._batches(query, batch_size=OFFERS_OF_SUPPLIER_BATCH, after_id="")

    @read_again
    def offers(self, offer_ids: Sequence[str]) -> Sequence[Listing]:
        """The live ones among these ids, in their order."""
        with read_transaction(self._engine) as connection:
            found = live_offers_by_id(connection, offer_ids)
            known = suppliers_by_id(connection, {offer.supplier_id for offer in found.values() if offer.supplier_id})
        return [(offer, known.get(offer.supplier_id or "")) for key in offer_ids if (offer := found.get(key))]

    @read_again
    def live_count(self) -> int:
        """How many offers are live."""
        with read_transaction(self._engine) as connection:
            query = sa.select(sa.func.count()).select_from(offers).where(_LIVE)
            return int(connection.execute(query).scalar_one())

    def _batches(
        self, query: sa.Select[tuple[object, ...]], *, batch_size: int, after_id: str
    ) -> Iterator[Sequence[Listing]]:
        remembered: dict[str, Supplier] = {}
        page = query.limit(batch_size)
        while True:
            batch = self._batch(page.where(offers.c.offer_id > after_id), remembered)
            if not batch:
                return
            yield [(offer, remembered.get(offer.supplier_id or "")) for offer in batch]
            after_id = batch[-1].offer_id
            if len(batch) < batch_size:
                return

    @read_again
    def _batch(self, page: sa.Select[tuple[object, ...]], remembered: dict[str, Supplier]) -> Sequence[Offer]:
        """The page's offers; their suppliers are remembered afterwards."""
        with read_transaction(self._engine) as connection:
            batch = [offer_from_row(row) for row in connection.execute(page)]
            wanted = {offer.supplier_id for offer in batch if offer.supplier_id}
            if len(remembered) + len(wanted - remembered.keys()) > SUPPLIERS_REMEMBERED:
                remembered.clear()
            remembered |= suppliers_by_id(connection, wanted - remembered.keys())
        return batch


def live_offers_by_id(connection: sa.Connection, offer_ids: Collection[str]) -> dict[str, Offer]:
    """The live ones among these ids."""
    found = {}
    for part in id_parts(set(offer_ids)):
        query = sa.select(*OFFER_COLUMNS).where(offers.c.offer_id.in_(part), offers.c.state == str(OfferState.LIVE))
        for row in connection.execute(query):
            found[row[0]] = offer_from_row(row)
    return found


def suppliers_by_id(connection: sa.Connection, supplier_ids: Collection[str]) -> dict[str, Supplier]:
    """The suppliers among these ids."""
    found = {}
    for part in id_parts(set(supplier_ids)):
        for row in connection.execute(sa.select(*SUPPLIER_COLUMNS).where(suppliers.c.supplier_id.in_(part))):
            found[row[0]] = supplier_from_row(row)
    return found
