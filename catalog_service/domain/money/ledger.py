"""Double entry: accounts, entries whose postings sum to nothing, and the chain of hashes that holds an order's entries.

A balance above 0 is money that we owe its owner; the clearing accounts of the gateway are the other side, and the only
ones that may be below 0. An entry's hash covers the hash before it and the canonical JSON (RFC 8785) of all that it
says, so that no byte of it can change unseen.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog_service.domain.canonical import canonical_json
from kernel.errors import Conflict

GENESIS = "0" * 64
CLEARING_SHARDS = 16  # every payment moves a clearing account: one row would make all of them wait for each other


class AccountKind(StrEnum):
    CLEARING = "clearing"
    ESCROW = "escrow"
    SUSPENSE = "suspense"
    PAYABLE = "payable"
    DEPOSIT = "deposit"
    FEES = "fees"
    PAYOUT = "payout"
    CREDIT = "credit"  # for buying on account (账期), which is yet to come: nothing is posted to it


class EntryKind(StrEnum):
    FUND = "fund"  # the payer's money lies in the escrow of a stage
    SUSPEND = "suspend"  # money came that belongs nowhere
    RELEASE = "release"  # a stage's escrow becomes the supplier's
    REFUND = "refund"  # escrow, or after success the supplier's money, is on its way to the buyer
    RETURN = "return"  # what was on its way has left through the gateway
    DEPOSIT = "deposit"  # a supplier's guarantee
    WITHDRAW = "withdraw"  # a supplier's earnings are on their way to its bank
    PAYOUT = "payout"  # they have left through the gateway
    GIVE_BACK = "giveback"  # they could not leave, and are the supplier's again
    BOUNCE = "bounce"  # a bank sent back what had left


class FundsShort(Conflict):
    """An account holds less than should leave it; ``detail`` has the account and its sum."""

    code = "funds_short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """``owner``: an order, a payment, a supplier, a company, or the gateway."""

    kind: AccountKind
    owner: str

    @property
    def account_id(self) -> str:
        return f"{self.kind}:{self.owner}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    account: Account
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``key`` says what is done, so that it is done once: ``release:<order>:<stage>``."""

    chain_id: str
    key: str
    kind: EntryKind
    postings: tuple[Posting, ...]
    facts: Mapping[str, str]
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a chain ends."""

    chain_id: str
    number: int
    hash: str


def entry_hash(
    *,
    chain_id: str,
    number: int,
    key: str,
    kind: str,
    facts: Mapping[str, str],
    at: int,
    postings: Sequence[tuple[str, int]],
    previous: str,
) -> str:
    """The SHA-256 of the hash before it and the canonical JSON of the entry; sums as text, which no reader rounds."""
    said: dict[str, Any] = {
        "chain": chain_id,
        "number": number,
        "key": key,
        "kind": kind,
        "facts": dict(facts),
        "at": at,
        "postings": [[account, str(amount_fen)] for account, amount_fen in postings],
    }
    return hashlib.sha256(previous.encode("ascii") + canonical_json(said)).hexdigest()


def clearing(gateway: str, chain_id: str) -> Account:
    """The gateway's account for this chain: one of a few, always the same."""
    shard = zlib.crc32(chain_id.encode()) % CLEARING_SHARDS
    return Account(kind=AccountKind.CLEARING, owner=f"{gateway}:{shard:02d}")


def escrow(order_id: str, stage: int) -> Account:
    return Account(kind=AccountKind.ESCROW, owner=f"{order_id}:{stage}")


def suspense(payment_id: str) -> Account:
    return Account(kind=AccountKind.SUSPENSE, owner=payment_id)


def payable(supplier_id: str) -> Account:
    return Account(kind=AccountKind.PAYABLE, owner=supplier_id)


def payout(payout_id: str) -> Account:
    """Earnings on their way out."""
    return Account(kind=AccountKind.PAYOUT, owner=payout_id)


def deposit(supplier_id: str) -> Account:
    return Account(kind=AccountKind.DEPOSIT, owner=supplier_id)


def fees(chain_id: str) -> Account:
    """As clearing: the market's fees in a few rows."""
    return Account(kind=AccountKind.FEES, owner=f"{zlib.crc32(chain_id.encode()) % CLEARING_SHARDS:02d}")


def transfer(
    chain_id: str,
    key: str,
    kind: EntryKind,
    *amounts: tuple[Account, int],
    facts: Mapping[str, str],
    at: int,
) -> Entry:
    """An entry of postings that sum to nothing; those of nothing are left out."""
    postings = tuple(Posting(account=account, amount_fen=fen) for account, fen in amounts if fen)
    if sum(posting.amount_fen for posting in postings) or len(postings) < 2:
        raise ValueError(f"{key}: postings must balance")
    return Entry(chain_id=chain_id, key=key, kind=kind, postings=postings, facts=facts, at=at)
