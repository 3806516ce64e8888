"""Forget the carts of visitors who did not come back: a timer's deed."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.use_cases.deeds import Deeds

KEPT_SECONDS = 30 * 86_400  # a month: who comes back later looks anew, and tokens made up by machines do not pile up


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetCarts:
    """Members' carts stay."""

    deeds: Deeds

    def __call__(self) -> int:
        """How many lines went."""
        before = self.deeds.clock.now() - KEPT_SECONDS
        return self.deeds.store.write(lambda transaction: transaction.carts.forget_visitors(before=before))
