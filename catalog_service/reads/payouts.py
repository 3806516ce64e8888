"""A supplier's funds, its account and its payouts; and, for the market's people, all money that is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.money import payment_from_row, transfer_from_row
from catalog_service.adapters.sql.payouts import SELECT_PAYOUT, payout_from_row
from catalog_service.adapters.sql.store import SqlRecordTransaction
from catalog_service.adapters.sql.tables import orders, payments, payouts, transfers
from catalog_service.adapters.sql.tables.base import among
from catalog_service.domain.money.payments import Payment, Transfer
from catalog_service.domain.money.payout_states import IN_FLIGHT, PayoutState
from catalog_service.domain.money.payouts import Payout, PayoutAccount, SellerFunds
from catalog_service.domain.money.transfer_states import TransferState
from catalog_service.reads.cursors import Cursors, require_size
from catalog_service.use_cases.money.payout_desk import PayoutNotFound, funds_of
from kernel.paging import Page

BOUNCED_SECONDS = 30 * 86_400  # how long what came back is shown: suppliers come back about it within weeks
_FLYING = sa.text(among("state", IN_FLIGHT))  # as the index says it
_BOUNCED = sa.text(f"state = '{PayoutState.BOUNCED}'")
_PENDING = sa.text(f"transfers.state = '{TransferState.PENDING}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyOnItsWay:
    """A transfer back to a payer that has not left, with the payment that it is of, and the number of its order ("" of
    money that nobody asked for)."""

    transfer: Transfer
    payment: Payment
    order_number: str


class PayoutReads:
    def __init__(self, engine: sa.Engine, *, secret: str) -> None:
        self._engine = engine
        self._cursors = Cursors(secret, salt="payout-cursor")

    @read_again
    def funds(self, supplier_id: str) -> SellerFunds:
        """What the supplier has with us, at one moment."""
        flying = sa.select(sa.func.coalesce(sa.func.sum(payouts.c.amount_fen), 0))
        with read_transaction(self._engine) as connection:
            payable_fen, disputed_fen, deposit_fen = funds_of(SqlRecordTransaction(connection), supplier_id)
            in_flight = connection.execute(flying.where(payouts.c.supplier_id == supplier_id, _FLYING)).scalar_one()
        return SellerFunds(
            payable_fen=payable_fen, disputed_fen=disputed_fen, deposit_fen=deposit_fen, in_flight_fen=int(in_flight)
        )

    @read_again
    def account(self, supplier_id: str) -> PayoutAccount | None:
        """The one in use."""
        with read_transaction(self._engine) as connection:
            return SqlRecordTransaction(connection).payouts.active_account(supplier_id)

    @read_again
    def payout(self, payout_id: str, supplier_id: str | None) -> Payout:
        """``PayoutNotFound`` for whoever did not ask for it; the staff (None) sees each."""
        with read_transaction(self._engine) as connection:
            found = SqlRecordTransaction(connection).payouts.payout(payout_id)
        if found is None or supplier_id not in (None, found.supplier_id):
            raise PayoutNotFound(f"没有编号为 {payout_id} 的提现", parameter="payout_id")
        return found

    @read_again
    def page(self, supplier_id: str, *, cursor: str | None, size: int) -> Page[Payout]:
        """The newest first. The cursor is signed, and good for the same supplier alone."""
        require_size(size)
        columns = payouts.c
        query = (
            SELECT_PAYOUT.where(columns.supplier_id == supplier_id)
            .order_by(columns.created_at.desc(), columns.payout_id.desc())
            .limit(size + 1)
        )
        if cursor is not None:
            position = self._cursors.position(cursor, of=supplier_id)
            query = query.where(sa.tuple_(columns.created_at, columns.payout_id) < sa.tuple_(*position))
        with read_transaction(self._engine) as connection:
            found = [payout_from_row(row) for row in connection.execute(query).mappings()]
        return self._cursors.page(found, lambda each: (each.created_at, each.payout_id), size=size, of=supplier_id)

    @read_again
    def in_flight(self, *, limit: int) -> Sequence[Payout]:
        """Of all suppliers, the oldest first."""
        query = SELECT_PAYOUT.where(_FLYING).order_by(payouts.c.created_at, payouts.c.payout_id).limit(limit)
        with read_transaction(self._engine) as connection:
            return [payout_from_row(row) for row in connection.execute(query).mappings()]

    @read_again
    def bounced(self, *, since: int, limit: int) -> Sequence[Payout]:
        """Of all suppliers, what banks sent back from then on, the newest first."""
        query = (
            SELECT_PAYOUT.where(_BOUNCED, payouts.c.changed_at >= since)
            .order_by(payouts.c.changed_at.desc(), payouts.c.payout_id)
            .limit(limit)
        )
        with read_transaction(self._engine) as connection:
            return [payout_from_row(row) for row in connection.execute(query).mappings()]

    @read_again
    def going_back(self, *, limit: int) -> Sequence[MoneyOnItsWay]:
        """Money that is to go back to payers and has not left, the oldest first."""
        columns = [*(column.label(f"p_{column.name}") for column in payments.c), *transfers.c]
        query = (
            sa.select(*columns, orders.c.number.label("o_number"))
            .join(payments, payments.c.payment_id == transfers.c.payment_id)
            .outerjoin(orders, orders.c.order_id == payments.c.order_id)
            .where(_PENDING)
            .order_by(transfers.c.created_at, transfers.c.transfer_id)
            .limit(limit)
        )
        with read_transaction(self._engine) as connection:
            found = connection.execute(query).mappings().all()
        return [
            MoneyOnItsWay(
                transfer=transfer_from_row({column.name: row[column.name] for column in transfers.c}),
                payment=payment_from_row({name[2:]: value for name, value in row.items() if name.startswith("p_")}),
                order_number=row["o_number"] or "",
            )
            for row in found
        ]
