"""The credit formula of ``ranking``, behind the port."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from catalog_service.domain.suppliers.credit import CreditStanding, CreditTally
from ranking import credit


class RankingCreditFormula:
    """``ranking.credit`` as a ``CreditFormula``."""

    @property
    def kinds(self) -> Collection[str]:
        return credit.EVENT_KINDS

    def standing(self, tallies: Sequence[CreditTally]) -> CreditStanding:
        """Score, level and version of the formula for these tallies."""
        events = [
            credit.CreditEvent(kind=tally.kind, count=tally.count, related_party=tally.related_party)
            for tally in tallies
        ]
        result = credit.score(events)
        return CreditStanding(score=result.score, level=result.level, formula_version=result.formula_version)
