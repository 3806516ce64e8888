"""Money that the gateway's statement has and the ledger has not: ask for each, and settle it as a callback would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.domain.money.payments import GatewayBounce
from catalog_service.domain.money.statements import Difference, DifferenceKind
from catalog_service.ports.gateway import PaymentGateway
from catalog_service.use_cases.money.payout_settling import settle_payout
from catalog_service.use_cases.money.settle_bounce import settle_bounce
from catalog_service.use_cases.money.settling import settle_payment
from catalog_service.use_cases.orders.desk import OrderDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleMissing:
    """What came of them, counted; movements that the gateway itself does not know as payments are ``unknown``."""

    desk: OrderDesk
    gateway: PaymentGateway

    def __call__(self, differences: Sequence[Difference]) -> Counter[str]:
        done: Counter[str] = Counter()
        for difference in differences:
            if difference.kind is not DifferenceKind.MISSING_IN_LEDGER:
                continue
            if difference.gateway_fen < 0:
                done.update(self._payout(difference.reference))
                continue
            if (bounce := self.gateway.find_bounce(difference.reference)) is not None:
                done[self._bounce(bounce)] += 1
                continue
            found = self.gateway.find(difference.reference)
            if found is None:
                done["unknown"] += 1
                continue
            now = self.desk.deeds.clock.now()
            done[
                self.desk.deeds.store.write(
                    lambda transaction, found=found, now=now: settle_payment(  # type: ignore[misc]
                        self.desk, transaction, found, gateway=self.gateway.name, now=now
                    )
                )
            ] += 1
        return done

    def _bounce(self, found: GatewayBounce) -> str:
        now = self.desk.deeds.clock.now()
        return self.desk.deeds.store.write(lambda transaction: settle_bounce(self.desk, transaction, found, now=now))

    def _payout(self, reference: str) -> list[str]:
        """What came of money that has left; nothing for a refund, which its own timer asks after."""
        found = self.gateway.find_payout(reference)
        if found is None:
            return []
        now = self.desk.deeds.clock.now()
        return [self.desk.deeds.store.write(lambda transaction: settle_payout(transaction, found, now=now))]
