"""Deadlines as values: rows that a sweeper takes when they are due."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TimerKind(StrEnum):
    """What it is that has waited: one timer a subject, which the subject's state gives its meaning."""

    ORDER = "order"
    REFUND = "refund"
    PAYMENT = "payment"  # ask the gateway again
    TRANSFER = "transfer"  # send money back
    PAYOUT = "payout"  # pay earnings out, or ask what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    subject_id: str
    kind: TimerKind
    due_at: int
    attempts: int = 0


def timer_check() -> str:
    return "kind IN ({})".format(", ".join(f"'{kind}'" for kind in TimerKind))
