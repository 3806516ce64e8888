"""Credit events (诚信): facts about how a supplier dealt. The formula over them is another room's."""

from __future__ import annotations

from dataclasses import dataclass

COUNT_MAX = 1_000_000  # outcomes in one event: a year's trades of the busiest shop, reported at once
NOTE_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTally:
    """``count`` outcomes of one kind; trades between related parties are told apart."""

    kind: str
    count: int = 1
    related_party: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEvent:
    """One event of the record. Times are whole seconds since the epoch, UTC."""

    event_id: str
    supplier_id: str
    tally: CreditTally
    note: str
    occurred_at: int
    recorded_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditStanding:
    """Where a supplier stands: score in [0, 1], level 0 to 5, and the formula that said so."""

    score: float
    level: int
    formula_version: int
