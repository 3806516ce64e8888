"""The demo catalog as what is measured reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kernel.offers import Supplier
from pifa.commands.demo_data import DEMO_NOW, LISTINGS_PER_SUPPLIER, SUPPLIERS_MIN
from pifa.demo.generate import DemoListing, generate
from pifa.wiring import Installation
from ranking import credit


def credited_listings(site: Installation, *, listings: int, seed: int) -> Iterator[tuple[DemoListing, Supplier | None]]:
    """Each listing and its supplier, with the credit that its events come to."""
    suppliers: dict[str, Supplier] = {}
    count = max(SUPPLIERS_MIN, listings // LISTINGS_PER_SUPPLIER)
    for batch in generate(
        site.taxonomy, listings=listings, suppliers=count, seed=seed, now=DEMO_NOW, data_dir=site.data / "demo"
    ):
        for made in batch.suppliers:
            score = credit.score(made.credit_events)
            supplier = replace(made.supplier, credit_score=score.score, credit_level=score.level)
            suppliers[supplier.supplier_id] = supplier
        for listing in batch.listings:
            yield listing, suppliers.get(listing.offer.supplier_id or "")
