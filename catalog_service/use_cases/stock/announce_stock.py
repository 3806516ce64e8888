"""Bring the stock that listings and index show up to what is there: a timer's deed, not anybody's."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds

TURNS_MAX = 500  # a hundred thousand SKUs: seconds, and never for ever while others sell
SKUS_A_TURN = 200  # some 10 ms of one transaction, so that who sells meanwhile hardly waits


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceStock:
    """Harmless whenever and by however many it is run."""

    deeds: Deeds

    def __call__(self) -> int:
        """How many offers changed. What is left after so many turns, or moves meanwhile, is the next call's."""
        changed = 0
        for _ in range(TURNS_MAX):
            taken, shown = self._turn()
            changed += shown
            if not taken:
                break
        return changed

    def _turn(self) -> tuple[int, int]:
        now = self.deeds.clock.now()

        def turn(transaction: RecordTransaction) -> tuple[int, int]:
            offer_ids = transaction.stock.take_moved(limit=SKUS_A_TURN)
            stocks = transaction.stock.of_offers(offer_ids)
            return len(offer_ids), transaction.stock.show(stocks, at=now, urgent=False)

        return self.deeds.store.write(turn)
