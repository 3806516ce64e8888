"""What a company pays itself, on the hits that it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kernel.prices import OwnPrices
from search_api.results import Hit


def with_own_prices(
    *shown: Sequence[Hit], reads: OwnPrices | None, company_id: str | None, quantity: int | None
) -> tuple[list[Hit], ...]:
    """Each of the lists with the company's private prices, all of them from one read; as they are for whoever is no
    company."""
    if reads is None or company_id is None or not any(shown):
        return tuple(list(hits) for hits in shown)
    offer_ids = list(dict.fromkeys(hit.offer_id for hits in shown for hit in hits))
    own = reads.own_prices(offer_ids, quantity=quantity, company_id=company_id)
    return tuple([replace(hit, own=own.get(hit.offer_id)) for hit in hits] for hits in shown)
