"""The demo catalog into the record."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from catalog_service.domain.deeds import DeedRequest
from catalog_service.domain.offers.content import OfferDraft
from catalog_service.domain.suppliers.credit import CreditTally
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.service import Record
from catalog_service.use_cases.offers.load_catalog import LoadReport, SupplierSeed
from kernel.offers import Offer
from pifa.demo.generate import Batch
from pifa.demo.suppliers import DemoSupplier
from pifa.demo.trade import offer_trade, supplier_trade

_DRAFTED = tuple(field.name for field in dataclasses.fields(OfferDraft))


def load_demo(record: Record, batches: Iterable[Batch], *, progress: Callable[[int], None]) -> LoadReport:
    """Suppliers first, then listings, in constant memory; ``progress`` is told how many more offers are done."""
    feed = iter(batches)
    suppliers: list[SupplierSeed] = []
    first: tuple[Offer, ...] = ()
    for batch in feed:
        suppliers += [_seed(supplier) for supplier in batch.suppliers]
        if batch.listings:
            first = batch.offers
            break
    done = 0

    def told(count: int) -> None:
        nonlocal done
        progress(count - done)
        done = count

    return record.load_catalog(
        suppliers=suppliers,
        offers=_drafts(first, feed),
        request=DeedRequest(actor="demo-data"),
        progress=told,
        trade_of=offer_trade,
    )


def _drafts(first: tuple[Offer, ...], rest: Iterable[Batch]) -> Iterator[OfferDraft]:
    yield from map(_draft, first)
    for batch in rest:
        yield from map(_draft, batch.offers)


def _draft(offer: Offer) -> OfferDraft:
    return OfferDraft(**{name: getattr(offer, name) for name in _DRAFTED})


def _seed(demo: DemoSupplier) -> SupplierSeed:
    supplier = demo.supplier
    terms, freight = supplier_trade(supplier.supplier_id, supplier.province)
    return SupplierSeed(
        draft=SupplierDraft(
            supplier_id=supplier.supplier_id,
            name=supplier.name,
            province=supplier.province,
            city=supplier.city,
            joined_year=supplier.joined_year,
            verified=supplier.verified,
            factory=supplier.factory,
            repeat_buyer_rate=supplier.repeat_buyer_rate,
        ),
        tallies=tuple(
            CreditTally(kind=event.kind, count=event.count, related_party=event.related_party)
            for event in demo.credit_events
        ),
        terms=terms,
        freight=freight,
    )
