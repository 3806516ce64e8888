"""Load a whole catalog of drafts that the program itself made (seeded data): fast, in short transactions."""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from catalog_service.domain.deeds import AuditNote, DeedRequest, OutboxNote, Subject
from catalog_service.domain.offers.content import ContentRules, OfferDraft
from catalog_service.domain.offers.listing_rows import ListingDraft
from catalog_service.domain.prices.terms import FreightTemplate, SupplierTerms, accept_template, accept_terms
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.domain.skus.values import TradeTerms
from catalog_service.domain.suppliers.credit import CreditEvent, CreditTally
from catalog_service.domain.suppliers.profile import StoredSupplier, SupplierDraft, accept_supplier
from catalog_service.ports.credit import CreditFormula
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import Deeds
from catalog_service.use_cases.offers.land_offers import Landing, land_offers, land_suppliers
from catalog_service.use_cases.suppliers.record_credit_event import refuse_tally
from kernel.errors import Invalid

COUNTED = ("created", "revised", "unchanged", "refused")
BATCH_ROWS = 500  # as for imports: others may write beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierSeed:
    """A supplier with its credit events and terms; these count only where it is new, so that loading twice is loading
    once."""

    draft: SupplierDraft
    tallies: tuple[CreditTally, ...] = ()
    terms: SupplierTerms | None = None
    freight: tuple[FreightTemplate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    suppliers: int
    created: int
    revised: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCatalog:
    """Idempotent by content. A draft that breaks a rule is left out and counted: chance may put two innocent words of a
    seeded title side by side so that they read as a prohibited one."""

    deeds: Deeds
    rules: ContentRules
    sku_rules: SkuRules
    formula: CreditFormula

    def __call__(
        self,
        *,
        suppliers: Iterable[SupplierSeed],
        offers: Iterable[OfferDraft],
        request: DeedRequest,
        progress: Callable[[int], None] = lambda _: None,
        trade_of: Callable[[OfferDraft], TradeTerms | None] = lambda _: None,
    ) -> LoadReport:
        """``progress`` is told how many offers are done; ``trade_of`` gives SKUs and terms of an offer that is new,
        whose stocks add up to the offer's."""
        supplier_count = self._load_suppliers(iter(suppliers))
        counts: Counter[str] = Counter()
        drafts = iter(offers)
        while batch := list(islice(drafts, BATCH_ROWS)):
            accepted = list(self._accepted(batch, trade_of))
            landing = self._land(accepted)
            counts.update(created=landing.created, revised=landing.revised, unchanged=landing.unchanged)
            counts["refused"] += len(batch) - len(accepted) + len(landing.refused)
            progress(counts.total())
        report = LoadReport(suppliers=supplier_count, **{name: counts[name] for name in COUNTED})
        self._write_audit(report, request)
        return report

    def _land(self, accepted: Sequence[ListingDraft]) -> Landing:
        now = self.deeds.clock.now()
        return self.deeds.store.write(
            lambda transaction: land_offers(transaction, accepted, rules=self.sku_rules, ids=self.deeds.ids, now=now)
        )

    def _accepted(
        self, batch: Sequence[OfferDraft], trade_of: Callable[[OfferDraft], TradeTerms | None]
    ) -> Iterator[ListingDraft]:
        for draft in batch:
            with contextlib.suppress(Invalid):
                accepted = self.rules.accept(draft)
                trade = trade_of(accepted)
                if trade is not None:
                    trade = self.sku_rules.accept(trade, tiers=accepted.tiers, moq=accepted.moq or 1)
                yield ListingDraft(offer=accepted, trade=trade)

    def _load_suppliers(self, seeds: Iterable[SupplierSeed]) -> int:
        count, remaining = 0, iter(seeds)
        while batch := list(islice(remaining, BATCH_ROWS)):
            by_id = {seed.draft.supplier_id: seed for seed in batch}
            drafts = {
                seed.draft.supplier_id: accept_supplier(seed.draft, prohibited=self.rules.prohibited) for seed in batch
            }
            for tally in (tally for seed in batch for tally in seed.tallies):
                refuse_tally(tally, formula=self.formula)
            self._land_suppliers(drafts, by_id)
            count += len(batch)
        return count

    def _land_suppliers(self, drafts: Mapping[str, SupplierDraft], seeds: Mapping[str, SupplierSeed]) -> None:
        now = self.deeds.clock.now()

        def land(transaction: RecordTransaction) -> None:
            for supplier_id in land_suppliers(transaction, drafts, now=now):
                seed = seeds[supplier_id]
                self._credit(transaction, supplier_id, seed.tallies, now)
                if seed.terms is not None:
                    transaction.prices.save_supplier_terms(accept_terms(seed.terms), at=now)
                for template in seed.freight:
                    transaction.prices.save_freight(accept_template(template), at=now)

        self.deeds.store.write(land)

    def _credit(
        self, transaction: RecordTransaction, supplier_id: str, tallies: Sequence[CreditTally], now: int
    ) -> None:
        if not tallies:
            return
        transaction.add_credit_events(
            [
                CreditEvent(
                    event_id=self.deeds.ids.new(), supplier_id=supplier_id, tally=tally, note="", occurred_at=now,
                    recorded_at=now,
                )
                for tally in tallies
            ]
        )  # fmt: skip
        standing = self.formula.standing(tallies)
        known = transaction.suppliers([supplier_id])[supplier_id].supplier
        scored = dataclasses.replace(
            known, credit_score=standing.score, credit_level=standing.level, version=known.version + 1
        )
        transaction.replace_suppliers([StoredSupplier(supplier=scored, changed_at=now)])
        transaction.announce(
            [OutboxNote(subject=Subject.SUPPLIER, subject_id=supplier_id, version=scored.version, urgent=False)], at=now
        )

    def _write_audit(self, report: LoadReport, request: DeedRequest) -> None:
        now = self.deeds.clock.now()
        note = AuditNote(
            actor=request.actor, deed="load_catalog", subject=Subject.IMPORT, subject_id="load", version=1,
            facts=dataclasses.asdict(report),
        )  # fmt: skip
        self.deeds.store.write(lambda transaction: transaction.write_audit([note], at=now))
