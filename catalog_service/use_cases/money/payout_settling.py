"""The gateway's word on a payout becomes ours: it is paid, or the money is the supplier's with us again."""

from __future__ import annotations

import dataclasses

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.money.ledger import Account, Entry, EntryKind, clearing, payable, payout, transfer
from catalog_service.domain.money.payments import GatewayBounce, GatewayState
from catalog_service.domain.money.payout_states import IN_FLIGHT, PayoutEvent, PayoutState
from catalog_service.domain.money.payouts import GatewayPayout, Payout
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.money.payout_desk import move_payout, tell
from catalog_service.use_cases.orders.desk import announce
from kernel.money import yuan_exact

SYSTEM = DeedRequest(actor="gateway")
PAID, FAILED, PENDING, SEEN, DIFFERS, UNKNOWN = "paid", "failed", "pending", "seen", "differs", "unknown"
BOUNCED = "bounced"


def settle_payout(transaction: RecordTransaction, found: GatewayPayout, *, now: int) -> str:
    """What came of it: ``paid``, ``failed``, ``pending``, ``seen`` when it had ended before, ``unknown`` when we never
    asked for it, or ``differs`` when another sum has left than was to: then it stays on its way, and people look."""
    standing = transaction.payouts.payout(found.payout_id)
    if standing is None:
        return UNKNOWN
    if standing.state not in IN_FLIGHT:
        return SEEN
    if found.state is GatewayState.FAILED:
        return fail_payout(transaction, standing, found.reason or "支付机构没有说明原因", now=now)
    if found.state is GatewayState.PAID and found.amount_fen == standing.amount_fen:
        _paid(transaction, standing, found.gateway_id, now=now)
        return PAID
    if standing.state is PayoutState.REQUESTED:
        standing = move_payout(transaction, standing, PayoutEvent.SUBMIT, now=now, gateway_id=found.gateway_id)
    if found.state is GatewayState.PENDING:
        return PENDING
    said = f"支付机构说付出 {found.amount_fen} 分，应付 {standing.amount_fen} 分"
    note_attempt(transaction, standing, trouble=said)
    return DIFFERS


def fail_payout(transaction: RecordTransaction, standing: Payout, reason: str, *, now: int) -> str:
    """The money is the supplier's with us again: once, by the key of its entry."""
    after = move_payout(transaction, standing, PayoutEvent.FAIL, now=now, trouble=reason)
    _post(transaction, after, EntryKind.GIVE_BACK, payable(after.supplier_id), now=now)
    _conclude(transaction, after, f"提现 {yuan_exact(after.amount_fen)} 元没有成功，已退回余额：{reason}", now=now)
    return FAILED


def bounce_payout(transaction: RecordTransaction, standing: Payout, found: GatewayBounce, *, now: int) -> str:
    """``bounced``: what had left is the supplier's with us again, to be asked for anew; or ``differs``, and nothing is
    moved: another sum, or a payout that did not leave, or came back already. What came back had left, whether we were
    told so or not."""
    if found.amount_fen != standing.amount_fen or standing.state not in (*IN_FLIGHT, PayoutState.PAID):
        return DIFFERS
    if standing.state in IN_FLIGHT:
        standing = _paid(transaction, standing, standing.gateway_id, now=now)
    after = move_payout(transaction, standing, PayoutEvent.BOUNCE, now=now, trouble=found.reason)
    entry = transfer(
        after.payout_id,
        f"{EntryKind.BOUNCE}:{found.bounce_id}",
        EntryKind.BOUNCE,
        (clearing(after.gateway, after.payout_id), -after.amount_fen),
        (payable(after.supplier_id), after.amount_fen),
        facts={"payout": after.payout_id, "supplier": after.supplier_id},
        at=now,
    )
    transaction.ledger.post([entry])
    text = f"提现 {yuan_exact(after.amount_fen)} 元被收款银行退回，已回到余额，请核对收款账户后重新提现：{found.reason}"
    _conclude(transaction, after, text, now=now)
    return BOUNCED


def note_attempt(transaction: RecordTransaction, standing: Payout, *, trouble: str, asked: int = 0) -> Payout:
    """Why it is not there yet, for those who look after it; the version is that of the last move."""
    after = dataclasses.replace(standing, attempts=standing.attempts + asked, trouble=trouble)
    if after != standing:
        transaction.payouts.move(standing, after)
    return after


def _paid(transaction: RecordTransaction, standing: Payout, gateway_id: str, *, now: int) -> Payout:
    after = move_payout(transaction, standing, PayoutEvent.PAY, now=now, trouble="", gateway_id=gateway_id)
    _post(transaction, after, EntryKind.PAYOUT, clearing(after.gateway, after.payout_id), now=now)
    _conclude(transaction, after, f"提现 {yuan_exact(after.amount_fen)} 元已到账", now=now)
    return after


def _post(transaction: RecordTransaction, after: Payout, kind: EntryKind, to: Account, *, now: int) -> None:
    entry: Entry = transfer(
        after.payout_id,
        f"{kind}:{after.payout_id}",
        kind,
        (payout(after.payout_id), -after.amount_fen),
        (to, after.amount_fen),
        facts={"payout": after.payout_id, "supplier": after.supplier_id},
        at=now,
    )
    transaction.ledger.post([entry])


def _conclude(transaction: RecordTransaction, after: Payout, text: str, *, now: int) -> Receipt:
    transaction.timers.clear(after.payout_id)
    tell(transaction, after.company_id, f"payout_{after.state}", after.payout_id, text, now=now)
    return announce(
        transaction, Subject.PAYOUT, after.payout_id, after.version, deed=f"payout_{after.state}", request=SYSTEM,
        now=now, state=str(after.state), facts={"amount_fen": after.amount_fen},
    )  # fmt: skip
