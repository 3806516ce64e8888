"""Money that a bank sent back after it had left (退汇): a supplier's payout, or what went back to a payer."""

from __future__ import annotations

from catalog_service.domain.money.ledger import EntryKind
from catalog_service.domain.money.payments import GatewayBounce
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.payout_settling import BOUNCED, SEEN, UNKNOWN, bounce_payout
from catalog_service.use_cases.money.staff_letters import tell_staff
from catalog_service.use_cases.money.transfer_settling import bounce_transfer
from catalog_service.use_cases.orders.desk import OrderDesk


def settle_bounce(desk: OrderDesk, transaction: RecordTransaction, found: GatewayBounce, *, now: int) -> str:
    """What came of it: ``bounced``, ``seen`` when it was booked before (by the key of its entry), ``unknown`` when
    nothing of ours left under its reference, ``differs`` when it cannot be that. The market's people hear of all but
    what was seen; what is not booked stays a difference of the statement."""
    if transaction.ledger.posted(f"{EntryKind.BOUNCE}:{found.bounce_id}"):
        return SEEN
    outcome = UNKNOWN
    payout = transaction.payouts.payout(found.reference)
    sent = None if payout is not None else transaction.payments.transfer(found.reference)
    if payout is not None:
        outcome = bounce_payout(transaction, payout, found, now=now)
    elif sent is not None:
        outcome = bounce_transfer(desk, transaction, sent, found, now=now)
    booked = "已记回账本" if outcome == BOUNCED else "与账本对不上，没有入账"
    body = f"款项 {found.reference} 被银行退回 {found.amount_fen} 分，{booked}：{found.reason}。见 /staff/money"
    dedupe = f"bounce:{found.bounce_id}:{outcome}"
    tell_staff(desk.deeds, transaction, dedupe=dedupe, subject="银行退汇", body=body, now=now)
    return outcome
