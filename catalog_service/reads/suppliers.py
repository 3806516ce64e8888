"""One supplier, and the events behind its credit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import offers
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.suppliers.credit import CreditTally
from catalog_service.reads.catalog import suppliers_by_id
from kernel.errors import NotFound
from kernel.offers import Supplier


class SupplierGone(NotFound):
    """No supplier has this id."""

    code = "supplier_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierView:
    """The supplier, how many of its offers are live, and its credit events counted by kind."""

    supplier: Supplier
    live_offers: int
    credit: Sequence[CreditTally]


class SupplierReads:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def names(self, supplier_ids: Collection[str]) -> Mapping[str, str]:
        """By id; those that are not there are left out."""
        with read_transaction(self._engine) as connection:
            found = suppliers_by_id(connection, sorted(supplier_ids))
        return {supplier_id: supplier.name for supplier_id, supplier in found.items()}

    @read_again
    def supplier(self, supplier_id: str) -> SupplierView:
        """Raises ``SupplierGone``."""
        with read_transaction(self._engine) as connection:
            supplier = suppliers_by_id(connection, [supplier_id]).get(supplier_id)
            if supplier is None:
                raise SupplierGone(f"没有编号为 {supplier_id} 的供应商", parameter="supplier_id")
            live = sa.text(f"offers.state = '{OfferState.LIVE}'")
            count = sa.select(sa.func.count()).select_from(offers).where(offers.c.supplier_id == supplier_id, live)
            return SupplierView(
                supplier=supplier,
                live_offers=int(connection.execute(count).scalar_one()),
                credit=SqlRecordTransaction(connection).credit_tallies(supplier_id),
            )
