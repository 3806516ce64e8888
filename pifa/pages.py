"""The record as the pages read it."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.offers.states import OfferState
from catalog_service.reads.offers import OfferGone
from catalog_service.service import Record
from ranking.credit import CreditEvent, CreditScore, score
from storefront.ports import OfferView


@dataclass(frozen=True, slots=True)
class RecordOfferReads:
    """``storefront.ports.OfferReads`` over the record: one offer with its supplier and the evidence of its credit."""

    record: Record

    def offer(self, offer_id: str) -> OfferView | None:
        """None for what never was or was taken down."""
        try:
            view = self.record.offers.offer(offer_id, any_state=True)
        except OfferGone:
            return None
        if view.state not in (OfferState.LIVE, OfferState.WITHDRAWN):
            return None
        credit, live_offers = self._standing(view.offer.supplier_id)
        return OfferView(
            offer=view.offer,
            supplier=view.supplier,
            credit=credit,
            supplier_offers=live_offers,
            live=view.state is OfferState.LIVE,
            skus=view.skus,
            terms=view.terms,
        )

    def _standing(self, supplier_id: str | None) -> tuple[CreditScore | None, int]:
        """The credit score with its indicators, and how many live offers the supplier has."""
        if supplier_id is None:
            return None, 0
        view = self.record.suppliers.supplier(supplier_id)
        events = [CreditEvent(kind=t.kind, count=t.count, related_party=t.related_party) for t in view.credit]
        return score(events), view.live_offers
