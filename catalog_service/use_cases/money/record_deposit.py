"""A supplier's guarantee has come through the gateway: it backs refunds after success."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.money.ledger import EntryKind, clearing, deposit, transfer
from catalog_service.domain.orders.options import PAYABLE_FEN_MAX
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import require_supplier
from catalog_service.use_cases.orders.desk import OrderDesk, announce
from kernel.errors import Conflict, Invalid
from kernel.ids import validate_id


class DepositKnown(Conflict):
    """This movement of the gateway is in the ledger already."""

    code = "deposit_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeposit:
    """``reference``: the movement in the gateway's statement; it counts once. ``facts`` has the new balance."""

    desk: OrderDesk
    gateway: str

    def __call__(self, *, supplier_id: str, amount_fen: int, reference: str, request: DeedRequest) -> Receipt:
        validate_id(supplier_id, parameter="supplier_id")
        validate_id(reference, parameter="reference")
        if not 1 <= amount_fen <= PAYABLE_FEN_MAX:
            raise Invalid(f"金额必须在 1 到 {PAYABLE_FEN_MAX} 分之间", parameter="amount_fen")

        def record(transaction: RecordTransaction, now: int) -> Receipt:
            require_supplier(transaction, supplier_id)
            if transaction.ledger.posted(f"deposit:{reference}"):
                raise DepositKnown(f"流水 {reference} 已入账", parameter="reference")
            entry = transfer(
                supplier_id,
                f"deposit:{reference}",
                EntryKind.DEPOSIT,
                (clearing(self.gateway, supplier_id), -amount_fen),
                (deposit(supplier_id), amount_fen),
                facts={"supplier": supplier_id, "payment": reference},
                at=now,
            )
            transaction.ledger.post([entry])
            facts = {"amount_fen": amount_fen, "balance_fen": transaction.ledger.balance(deposit(supplier_id))}
            return announce(
                transaction, Subject.LEDGER, supplier_id, 1, deed="record_deposit", request=request, now=now,
                created=True, facts=facts,
            )  # fmt: skip

        return self.desk.deeds.perform(request, record)
