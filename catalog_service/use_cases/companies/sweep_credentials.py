"""What is over is removed: sessions, one-time links, tokens, counted attempts."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.ports.passwords import Throttle
from catalog_service.use_cases.deeds import Deeds


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepCredentials:
    """For the timer; how many went. None of them counted any more, so nothing changes for anybody."""

    deeds: Deeds
    throttle: Throttle

    def __call__(self) -> int:
        now = self.deeds.clock.now()
        gone = self.deeds.store.write(lambda transaction: transaction.identity.sweep(now=now))
        return gone + self.throttle.sweep()
