"""What a batch of rows says of SKUs, over what the record says: gathered row by row, then stored in the batch's order
of locks (stock before offers)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.skus.reconcile import Reconciled, reconcile
from catalog_service.domain.skus.restate import SkuPatch, patched, same_but_stock, standing_terms
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.domain.skus.values import NO_TERMS, TradeTerms
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.offers.store_offer import offer_terms
from kernel.ids import IdSource
from kernel.offers import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuPlan:
    """Of offers that are there: their SKUs, and what is said of stock. ``counted``: those of which nothing else
    changes, so that they keep their version, as after a sale."""

    found: Mapping[str, Reconciled]
    terms: Mapping[str, TradeTerms]
    counted: Sequence[str]

    @property
    def counts(self) -> dict[str, int | None]:
        """By SKU, what its supplier states now and did not before."""
        return {sku_id: stock for each in self.found.values() for sku_id, stock in each.counts.items()}

    def store(self, transaction: RecordTransaction) -> None:
        for offer_id, found in sorted(self.found.items()):
            transaction.skus.add(found.fresh)
            transaction.skus.replace(found.changed)
            transaction.skus.save_terms(offer_id, offer_terms(self.terms[offer_id]))


class BatchSkus:
    """The SKUs of the offers that a batch says something of."""

    def __init__(
        self, transaction: RecordTransaction, offer_ids: Sequence[str], *, rules: SkuRules, ids: IdSource
    ) -> None:
        self._rules, self._ids = rules, ids
        self.offers = transaction.prices.offers(offer_ids)
        self._known = transaction.skus.bare_of_offers(offer_ids)
        self._terms = transaction.skus.terms(offer_ids)
        self._stated: dict[str, TradeTerms] = {}

    def state(self, offer_id: str, patches: Sequence[SkuPatch], *, offer: Offer) -> None:
        """What a row says, after the rows before it; ``Invalid`` leaves what they said."""
        before = self._stated.get(offer_id) or self._standing(offer_id)
        said = replace(before, skus=patched(before.skus, patches))
        self._stated[offer_id] = self._rules.accept(said, tiers=offer.tiers, moq=offer.moq)

    def of_new(self, fresh: Mapping[str, StoredOffer]) -> dict[str, TradeTerms]:
        """What was said of the SKUs of new offers."""
        return {offer_id: terms for offer_id, terms in self._stated.items() if offer_id in fresh}

    def plan(self, moved: dict[str, StoredOffer], fresh: Mapping[str, StoredOffer], *, now: int) -> SkuPlan:
        """What changes; an offer of which more than stock does is put among ``moved``."""
        found, terms, counted = {}, {}, []
        for offer_id, stated in sorted(self._stated.items()):
            standing = self._standing(offer_id)
            if offer_id in fresh or stated == standing:
                continue
            if offer_id not in moved and same_but_stock(stated, standing):
                counted.append(offer_id)
            elif offer_id not in moved:
                known = self.offers[offer_id]
                offer = replace(known.offer, version=known.offer.version + 1)
                moved[offer_id] = replace(known, offer=offer, changed_at=now)
            offer = (moved.get(offer_id) or self.offers[offer_id]).offer
            found[offer_id] = reconcile(self._known.get(offer_id, ()), stated, offer=offer, new_id=self._ids.new)
            terms[offer_id] = stated
        return SkuPlan(found=found, terms=terms, counted=counted)

    def _standing(self, offer_id: str) -> TradeTerms:
        return standing_terms(self._known.get(offer_id, ()), self._terms.get(offer_id, NO_TERMS))
