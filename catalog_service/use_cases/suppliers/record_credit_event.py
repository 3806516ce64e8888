"""Record how a supplier dealt, and where it stands after that."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.suppliers.credit import (
    COUNT_MAX,
    NOTE_CHARACTERS_MAX,
    CreditEvent,
    CreditStanding,
    CreditTally,
)
from catalog_service.domain.text import clean_line
from catalog_service.ports.credit import CreditFormula
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds, require_supplier, store_supplier
from kernel.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCreditEvent:
    """Score and level are those of all events so far, so that replaying the events gives what is stored."""

    deeds: Deeds
    formula: CreditFormula

    def __call__(
        self,
        *,
        supplier_id: str,
        tally: CreditTally,
        request: DeedRequest,
        note: str = "",
        occurred_at: int | None = None,
    ) -> Receipt:
        refuse_tally(tally, formula=self.formula)
        text = clean_line(note)
        if len(text) > NOTE_CHARACTERS_MAX:
            raise Invalid(f"备注最长 {NOTE_CHARACTERS_MAX} 字", parameter="note")

        def record(transaction: RecordTransaction, now: int) -> Receipt:
            known = require_supplier(transaction, supplier_id)
            if occurred_at is not None and not 0 <= occurred_at <= now:
                raise Invalid("发生时间不能在将来", parameter="occurred_at")
            event = CreditEvent(
                event_id=self.deeds.ids.new(),
                supplier_id=supplier_id,
                tally=tally,
                note=text,
                occurred_at=now if occurred_at is None else occurred_at,
                recorded_at=now,
            )
            transaction.add_credit_events([event])
            standing = self.formula.standing(transaction.credit_tallies(supplier_id))
            supplier = dataclasses.replace(
                known, credit_score=standing.score, credit_level=standing.level, version=known.version + 1
            )
            return store_supplier(
                transaction, supplier, deed="record_credit_event", actor=request.actor, now=now,
                facts={"event_id": event.event_id, "kind": tally.kind, "count": tally.count, **_facts(standing)},
            )  # fmt: skip

        return self.deeds.perform(request, record)


def refuse_tally(tally: CreditTally, *, formula: CreditFormula) -> None:
    """``Invalid`` for a kind that the formula does not know or a count out of bounds."""
    if tally.kind not in formula.kinds:
        raise Invalid(f"不认识的诚信事件“{tally.kind[:40]}”", parameter="kind", detail={"known": sorted(formula.kinds)})
    if not 1 <= tally.count <= COUNT_MAX:
        raise Invalid(f"次数必须在 1 到 {COUNT_MAX} 之间", parameter="count")


def _facts(standing: CreditStanding) -> dict[str, int | float | str]:
    return {
        "credit_score": standing.score,
        "credit_level": standing.level,
        "formula_version": standing.formula_version,
    }
