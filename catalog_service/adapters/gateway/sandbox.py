"""A payment service of our own to try everything with: it keeps its books in a file, and misbehaves as it is told.

It is a service beside the record, not a part of it: it has its own ids, its own state, and calls back.
"""

from __future__ import annotations

import hashlib
import random
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from catalog_service.adapters.gateway.signatures import sign, verify
from catalog_service.domain.money.payments import (
    GatewayBounce,
    GatewayCharge,
    GatewayNotice,
    GatewayPayment,
    GatewayState,
    StatementLine,
)
from catalog_service.domain.money.payouts import GatewayPayout, PayoutTarget
from catalog_service.ports.gateway import GatewayAway, GatewayRefused, NoticeForged
from kernel.clock import Clock

FILE_NAME = "sandbox_gateway.sqlite3"
_TABLES = (
    "CREATE TABLE IF NOT EXISTS charges (payment_id TEXT PRIMARY KEY, gateway_id TEXT NOT NULL,"
    " amount_fen INTEGER NOT NULL, state TEXT NOT NULL, received_fen INTEGER NOT NULL, settled_at INTEGER)",
    "CREATE TABLE IF NOT EXISTS refunds (transfer_id TEXT PRIMARY KEY, payment_id TEXT NOT NULL,"
    " amount_fen INTEGER NOT NULL, asked INTEGER NOT NULL, settled_at INTEGER)",
    "CREATE TABLE IF NOT EXISTS notices (number INTEGER PRIMARY KEY, notice_id TEXT NOT NULL, body BLOB NOT NULL,"
    " due_at INTEGER NOT NULL, forged INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS payouts (payout_id TEXT PRIMARY KEY, gateway_id TEXT NOT NULL,"
    " amount_fen INTEGER NOT NULL, target TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,"
    " paid_fen INTEGER NOT NULL, asked INTEGER NOT NULL, settled_at INTEGER)",
    "CREATE TABLE IF NOT EXISTS bounces (bounce_id TEXT PRIMARY KEY, reference TEXT NOT NULL,"
    " amount_fen INTEGER NOT NULL, reason TEXT NOT NULL, settled_at INTEGER NOT NULL)",
)
CLOSED_ACCOUNT = "0000"  # a number that ends so belongs to an account that takes no money: to try failures with


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxFaults:
    """How it misbehaves. ``lose_*``: it does what it is asked, and its answer is lost; that many times in a row."""

    refuse_charges: bool = False
    lose_charges: int = 0
    lose_finds: int = 0
    refuse_refunds: bool = False
    lose_refunds: int = 0
    slow_refunds: int = 0  # so often a refund is still on its way
    refuse_payouts: bool = False
    fail_payouts: bool = False  # taken, and then they do not arrive
    lose_payouts: int = 0
    lose_payout_finds: int = 0
    slow_payouts: int = 0  # so often a payout is still on its way
    wrong_paid_fen: int = 0  # so much more, or less, is paid out than was asked for
    callbacks: int = 1
    callback_delay_seconds: int = 0
    callbacks_shuffled: bool = False
    wrong_amount_fen: int = 0  # so much more, or less, is received than was asked for
    wrong_told_fen: int = 0  # so much more, or less, the callback says than was received
    bad_signature: bool = False


NO_FAULTS = SandboxFaults()


class SandboxPaymentGateway:
    """``PaymentGateway`` over a SQLite file of its own (in memory without a path). Safe between threads and
    processes."""

    name = "sandbox"

    def __init__(
        self, path: Path | None, *, secret: str, clock: Clock, faults: SandboxFaults = NO_FAULTS, seed: int = 7
    ) -> None:
        self._path = path
        self._books: sqlite3.Connection | None = None  # opened when first asked for: most commands never pay
        self._lock = threading.Lock()
        self._secret = hashlib.sha256(b"sandbox-gateway\x00" + secret.encode()).digest()
        self._clock = clock
        self._dice = random.Random(seed)  # noqa: S311 (shuffles callbacks, guards nothing)
        self.faults = faults
        self._lost = {"charge": 0, "find": 0, "refund": 0, "payout": 0, "payout find": 0}

    def close(self) -> None:
        """Give the file back; asked again, it is opened again."""
        with self._lock:
            if self._books is not None:
                self._books.close()
            self._books = None

    def charge(self, *, payment_id: str, amount_fen: int, subject: str) -> GatewayCharge:
        if self.faults.refuse_charges:
            raise GatewayRefused("沙箱拒绝收款")
        gateway_id = f"sb-{hashlib.sha256(payment_id.encode()).hexdigest()[:24]}"
        with self._transaction() as books:
            known = books.execute("SELECT amount_fen FROM charges WHERE payment_id = ?", (payment_id,)).fetchone()
            if known is not None and known[0] != amount_fen:
                raise GatewayRefused("同一付款编号的金额不同")
            if known is None:
                row = (payment_id, gateway_id, amount_fen, str(GatewayState.PENDING))
                books.execute("INSERT INTO charges VALUES (?, ?, ?, ?, 0, NULL)", row)
        self._lose("charge", self.faults.lose_charges)
        return GatewayCharge(gateway_id=gateway_id, pay_url=f"/sandbox/pay/{payment_id}")

    def find(self, payment_id: str) -> GatewayPayment | None:
        self._lose("find", self.faults.lose_finds)
        with self._transaction() as books:
            row = books.execute(
                "SELECT gateway_id, state, received_fen FROM charges WHERE payment_id = ?", (payment_id,)
            ).fetchone()
        if row is None:
            return None
        return GatewayPayment(payment_id=payment_id, gateway_id=row[0], state=GatewayState(row[1]), amount_fen=row[2])

    def refund(self, *, transfer_id: str, payment_id: str, amount_fen: int) -> GatewayState:
        if self.faults.refuse_refunds:
            raise GatewayRefused("沙箱拒绝退款")
        with self._transaction() as books:
            asked = self._enter_refund(books, transfer_id, payment_id, amount_fen)
            done = asked > self.faults.slow_refunds
            if done:
                books.execute(
                    "UPDATE refunds SET settled_at = coalesce(settled_at, ?) WHERE transfer_id = ?",
                    (self._clock.now(), transfer_id),
                )
        self._lose("refund", self.faults.lose_refunds)
        return GatewayState.PAID if done else GatewayState.PENDING

    def pay_out(self, *, payout_id: str, amount_fen: int, target: PayoutTarget) -> GatewayPayout:
        account = hashlib.sha256(msgspec.json.encode(target)).hexdigest()  # no number lies about in these books
        with self._transaction() as books:
            known = books.execute("SELECT amount_fen, target FROM payouts WHERE payout_id = ?", (payout_id,)).fetchone()
            if known is not None and known != (amount_fen, account):
                raise GatewayRefused("同一提现编号的内容不同")
            if known is None:
                refused = self.faults.refuse_payouts or target.number.endswith(CLOSED_ACCOUNT)
                state = GatewayState.FAILED if refused else GatewayState.PENDING
                row = (payout_id, f"po-{hashlib.sha256(payout_id.encode()).hexdigest()[:24]}", amount_fen, account)
                reason = "收款账户不能入账" if refused else ""
                books.execute("INSERT INTO payouts VALUES (?, ?, ?, ?, ?, ?, 0, 0, NULL)", (*row, str(state), reason))
            found = self._look_at_payout(books, payout_id)
        self._lose("payout", self.faults.lose_payouts)
        if found is None or (found.state is GatewayState.FAILED and self.faults.refuse_payouts):
            raise GatewayRefused("沙箱拒绝付款")
        return found

    def find_payout(self, payout_id: str) -> GatewayPayout | None:
        self._lose("payout find", self.faults.lose_payout_finds)
        with self._transaction() as books:
            return self._look_at_payout(books, payout_id)

    def find_bounce(self, bounce_id: str) -> GatewayBounce | None:
        self._lose("find", self.faults.lose_finds)
        query = "SELECT reference, amount_fen, reason FROM bounces WHERE bounce_id = ?"
        with self._transaction() as books:
            row = books.execute(query, (bounce_id,)).fetchone()
        if row is None:
            return None
        return GatewayBounce(bounce_id=bounce_id, reference=row[0], amount_fen=row[1], reason=row[2])

    def statement(self, *, since: int, until: int) -> Sequence[StatementLine]:
        query = """SELECT payment_id, 'payment', received_fen, settled_at FROM charges WHERE received_fen > 0
            AND settled_at >= :since AND settled_at < :until
            UNION ALL SELECT transfer_id, 'refund', -amount_fen, settled_at FROM refunds
            WHERE settled_at >= :since AND settled_at < :until
            UNION ALL SELECT payout_id, 'payout', -paid_fen, settled_at FROM payouts
            WHERE paid_fen > 0 AND settled_at >= :since AND settled_at < :until
            UNION ALL SELECT bounce_id, 'bounce', amount_fen, settled_at FROM bounces
            WHERE settled_at >= :since AND settled_at < :until ORDER BY 4, 1"""
        with self._transaction() as books:
            rows = books.execute(query, {"since": since, "until": until}).fetchall()
        return [StatementLine(reference=row[0], kind=row[1], amount_fen=row[2], at=row[3]) for row in rows]

    def read_notice(self, headers: Mapping[str, str], body: bytes, *, now: int) -> GatewayNotice:
        notice_id = verify(self._secret, headers, body, now=now)
        try:
            said = msgspec.json.decode(body, type=dict[str, str | int])
        except msgspec.DecodeError:
            raise NoticeForged("回调内容无法读取") from None
        about = next((name for name in ("payout_id", "bounce_id") if name in said), "payment_id")
        subject = said.get(about)
        if not isinstance(subject, str) or not 1 <= len(subject) <= 64:
            raise NoticeForged("回调内容无法读取")
        return GatewayNotice(notice_id=notice_id, **{about: subject})

    def pay(
        self,
        payment_id: str,
        *,
        amount_fen: int | None = None,
        fails: bool = False,
        faults: SandboxFaults | None = None,
    ) -> None:
        """What the payer does on the gateway's page; callbacks fall due. ``amount_fen``: of an unknown charge, or in
        another sum than was asked for. ``faults``: how it misbehaves about this payment, instead of its own."""
        now, faults = self._clock.now(), faults or self.faults
        state = GatewayState.FAILED if fails else GatewayState.PAID
        with self._transaction() as books:
            row = books.execute("SELECT amount_fen, state FROM charges WHERE payment_id = ?", (payment_id,)).fetchone()
            if row is None:
                books.execute(
                    "INSERT INTO charges VALUES (?, ?, 0, ?, 0, NULL)",
                    (payment_id, f"sb-{payment_id}", str(GatewayState.PENDING)),
                )
                row = (0, str(GatewayState.PENDING))
            if row[1] == GatewayState.PAID:
                raise GatewayRefused("这笔付款已经完成")
            wanted = row[0] + faults.wrong_amount_fen if amount_fen is None else amount_fen
            received = 0 if fails else wanted
            books.execute(
                "UPDATE charges SET state = ?, received_fen = ?, settled_at = ? WHERE payment_id = ?",
                (str(state), received, now, payment_id),
            )
            _call_back(books, payment_id, state, received, now, faults)

    def bounce(self, reference: str, *, amount_fen: int | None = None, reason: str = "账户已注销") -> str:
        """What a bank does days later: money that left under our payout's or transfer's id comes back; callbacks fall
        due. ``amount_fen``: another sum than had left, or of a reference that is unknown here. The bounce's own id."""
        now, bounce_id = self._clock.now(), f"bk-{secrets.token_hex(12)}"
        with self._transaction() as books:
            row = books.execute(
                "SELECT amount_fen FROM refunds WHERE transfer_id = :id"
                " UNION ALL SELECT amount_fen FROM payouts WHERE payout_id = :id",
                {"id": reference},
            ).fetchone()
            if row is None and amount_fen is None:
                raise GatewayRefused("没有付出过这笔款项")
            came_fen = row[0] if amount_fen is None else amount_fen
            books.execute("INSERT INTO bounces VALUES (?, ?, ?, ?, ?)", (bounce_id, reference, came_fen, reason, now))
            _call_back(books, bounce_id, GatewayState.FAILED, came_fen, now, self.faults, about="bounce_id")
        return bounce_id

    def due_notices(self, payment_id: str = "") -> list[tuple[dict[str, str], bytes]]:
        """The callbacks that are due (of one payment, where it is named), each as headers and body; given once."""
        now = self._clock.now()
        due = "due_at <= ? AND substr(notice_id, 1, ?) = ?"  # all of them begin with nothing
        begins = f"n-{payment_id}-" if payment_id else ""
        with self._transaction() as books:
            rows = books.execute(
                f"SELECT number, notice_id, body, forged FROM notices WHERE {due} ORDER BY number",  # noqa: S608
                (now, len(begins), begins),
            ).fetchall()
            books.execute(f"DELETE FROM notices WHERE {due}", (now, len(begins), begins))  # noqa: S608
        if self.faults.callbacks_shuffled:
            self._dice.shuffle(rows)
        return [
            (sign(b"forged" if forged else self._secret, notice_id=notice_id, at=now, body=body), body)
            for _, notice_id, body, forged in rows
        ]

    def _look_at_payout(self, books: sqlite3.Connection, payout_id: str) -> GatewayPayout | None:
        """What stands after it was asked for once more: each look brings it further."""
        books.execute("UPDATE payouts SET asked = asked + 1 WHERE payout_id = ?", (payout_id,))
        columns = "gateway_id, state, reason, amount_fen, paid_fen, asked"
        row = books.execute(f"SELECT {columns} FROM payouts WHERE payout_id = ?", (payout_id,)).fetchone()  # noqa: S608
        if row is None:
            return None
        gateway_id, state, reason, amount_fen, paid_fen, asked = row
        if state == GatewayState.PENDING and asked > self.faults.slow_payouts:
            now, failed = self._clock.now(), self.faults.fail_payouts
            state = str(GatewayState.FAILED if failed else GatewayState.PAID)
            reason = "收款银行退回" if failed else ""
            paid_fen = 0 if failed else amount_fen + self.faults.wrong_paid_fen
            books.execute(
                "UPDATE payouts SET state = ?, reason = ?, paid_fen = ?, settled_at = ? WHERE payout_id = ?",
                (state, reason, paid_fen, now, payout_id),
            )
            _call_back(books, payout_id, GatewayState(state), paid_fen, now, self.faults, about="payout_id")
        return GatewayPayout(
            payout_id=payout_id, gateway_id=gateway_id, state=GatewayState(state), amount_fen=paid_fen, reason=reason
        )

    def _enter_refund(self, books: sqlite3.Connection, transfer_id: str, payment_id: str, amount_fen: int) -> int:
        """How often it was asked for, this time included."""
        known = books.execute(
            "SELECT payment_id, amount_fen, asked FROM refunds WHERE transfer_id = ?", (transfer_id,)
        ).fetchone()
        if known is not None:
            if known[:2] != (payment_id, amount_fen):
                raise GatewayRefused("同一退款编号的内容不同")
            books.execute("UPDATE refunds SET asked = asked + 1 WHERE transfer_id = ?", (transfer_id,))
            return int(known[2]) + 1
        left = books.execute(
            "SELECT received_fen - (SELECT coalesce(sum(amount_fen), 0) FROM refunds WHERE payment_id = :id)"
            " + (SELECT coalesce(sum(bounces.amount_fen), 0) FROM bounces"
            " JOIN refunds ON refunds.transfer_id = bounces.reference WHERE refunds.payment_id = :id)"
            " FROM charges WHERE payment_id = :id",
            {"id": payment_id},
        ).fetchone()
        if left is None or amount_fen > left[0]:
            raise GatewayRefused("退款超过收到的金额")
        books.execute("INSERT INTO refunds VALUES (?, ?, ?, 1, NULL)", (transfer_id, payment_id, amount_fen))
        return 1

    def _lose(self, what: str, times: int) -> None:
        if self._lost[what] < times:
            self._lost[what] += 1
            raise GatewayAway("沙箱没有答复")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            books = self._books = self._books or self._open()
            books.execute("BEGIN IMMEDIATE")
            try:
                yield books
            except BaseException:
                books.execute("ROLLBACK")
                raise
            books.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        books = sqlite3.connect(self._path or ":memory:", check_same_thread=False, isolation_level=None, timeout=10)
        for statement in ("PRAGMA synchronous = NORMAL", *_TABLES):
            books.execute(statement)
        return books


def _call_back(
    books: sqlite3.Connection,
    subject_id: str,
    state: GatewayState,
    amount_fen: int,
    now: int,
    faults: SandboxFaults,
    *,
    about: str = "payment_id",
) -> None:
    """``about``: what the id is of, as the notice says it."""
    said = {about: subject_id, "state": str(state), "amount_fen": amount_fen + faults.wrong_told_fen}
    count = books.execute("SELECT coalesce(max(number), 0) FROM notices").fetchone()[0]
    body, due_at = msgspec.json.encode(said), now + faults.callback_delay_seconds
    for number in range(count + 1, count + 1 + faults.callbacks):
        row = (number, f"n-{subject_id}-{state}", body, due_at, faults.bad_signature)
        books.execute("INSERT INTO notices VALUES (?, ?, ?, ?, ?)", row)
