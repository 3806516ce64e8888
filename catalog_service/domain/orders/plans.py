"""Payment in stages: how much of the payable sum is due when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.errors import Invalid

STAGED_PAYABLE_FEN_MIN = 1_000  # ten yuan: below it a stage of one in ten is a matter of rounding


class Plan(StrEnum):
    FULL = "full"
    DEPOSIT_30 = "30-70"
    THREE_STAGES = "60-30-10"


class Due(StrEnum):
    ORDER = "order"
    SHIPPING = "shipping"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """``number`` from 1; ``amount_fen`` is due by then."""

    number: int
    due: Due
    amount_fen: int


_SHARES: dict[Plan, tuple[tuple[int, Due], ...]] = {
    Plan.FULL: ((100, Due.ORDER),),
    Plan.DEPOSIT_30: ((30, Due.ORDER), (70, Due.SHIPPING)),
    Plan.THREE_STAGES: ((60, Due.ORDER), (30, Due.SHIPPING), (10, Due.RECEIPT)),
}


def stages(plan: Plan, payable_fen: int) -> tuple[Stage, ...]:
    """The stages of a payable sum, which add up to it: each ends at its share of the whole, rounded down to a fen."""
    done_fen, percent = 0, 0
    made = []
    for number, (share, due) in enumerate(_SHARES[plan], start=1):
        percent += share
        until_fen = payable_fen * percent // 100
        made.append(Stage(number=number, due=due, amount_fen=until_fen - done_fen))
        done_fen = until_fen
    return tuple(made)


def due_before_receipt(plan: Plan) -> int:
    """How many stages must be paid before the goods leave."""
    return sum(due is not Due.RECEIPT for _, due in _SHARES[plan])


def stage_count(plan: Plan) -> int:
    return len(_SHARES[plan])


def require_payable(plan: Plan, payable_fen: int) -> None:
    """Refuse a sum that nobody can pay, or that is too small to be paid in stages."""
    least = 1 if plan is Plan.FULL else STAGED_PAYABLE_FEN_MIN
    if payable_fen < least:
        raise Invalid(f"应付金额至少为 {least} 分", parameter="payable_fen", detail={"payable_fen": payable_fen})
