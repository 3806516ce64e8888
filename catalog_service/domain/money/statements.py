"""Statements of account, and the gateway's statement beside the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog_service.domain.money.payments import StatementLine


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One movement: ``amount_fen`` above 0 came into the account; ``balance_fen`` is what stood after it.
    ``order_number`` is empty where the chain is no order's."""

    at: int
    kind: str
    chain_id: str
    order_number: str
    number: int
    account: str
    amount_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """From ``since`` on and before ``until``: ``opening_fen`` plus the lines is ``closing_fen``."""

    owner: str
    since: int
    until: int
    opening_fen: int
    closing_fen: int
    lines: tuple[AccountLine, ...]


class DifferenceKind(StrEnum):
    MISSING_IN_LEDGER = "missing_in_ledger"
    MISSING_AT_GATEWAY = "missing_at_gateway"
    AMOUNT_DIFFERS = "amount_differs"
    TWICE_AT_GATEWAY = "twice_at_gateway"
    OTHER_PERIOD = "other_period"  # both have it, in the same sum, on two sides of the period's edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What the ledger has of a movement of the gateway."""

    amount_fen: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    kind: DifferenceKind
    reference: str
    gateway_fen: int
    ledger_fen: int


def reconcile(
    lines: Sequence[StatementLine], booked: Mapping[str, Booked], *, since: int, until: int
) -> Iterator[Difference]:
    """Each difference, by reference. ``booked``: all that the ledger has in the period, and beyond it what the
    statement names."""
    counts = Counter(line.reference for line in lines)
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line.reference] += line.amount_fen
    for reference in sorted(counts.keys() | booked.keys()):
        entry = booked.get(reference)
        inside = entry is not None and since <= entry.at < until
        if reference not in counts:
            if inside and entry is not None:
                yield _difference(DifferenceKind.MISSING_AT_GATEWAY, reference, 0, entry.amount_fen)
        elif entry is None:
            yield _difference(DifferenceKind.MISSING_IN_LEDGER, reference, sums[reference], 0)
        elif counts[reference] > 1:
            yield _difference(DifferenceKind.TWICE_AT_GATEWAY, reference, sums[reference], entry.amount_fen)
        elif sums[reference] != entry.amount_fen:
            yield _difference(DifferenceKind.AMOUNT_DIFFERS, reference, sums[reference], entry.amount_fen)
        elif not inside:
            yield _difference(DifferenceKind.OTHER_PERIOD, reference, sums[reference], entry.amount_fen)


def _difference(kind: DifferenceKind, reference: str, gateway_fen: int, ledger_fen: int) -> Difference:
    return Difference(kind=kind, reference=reference, gateway_fen=gateway_fen, ledger_fen=ledger_fen)
