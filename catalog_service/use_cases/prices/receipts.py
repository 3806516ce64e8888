"""What the deeds on a supplier's groups and freight templates share."""

from __future__ import annotations

from catalog_service.domain.deeds import DeedRequest, Receipt, Subject
from catalog_service.domain.prices.terms import BuyerGroup, FreightTemplate
from catalog_service.ports.record import RecordTransaction
from catalog_service.use_cases.deeds import leave_receipt


def terms_receipt(
    transaction: RecordTransaction,
    kept: BuyerGroup | FreightTemplate,
    deed: str,
    request: DeedRequest,
    now: int,
    *,
    created: bool = False,
) -> Receipt:
    """The audit row and the receipt of a deed after which this is what is kept."""
    if isinstance(kept, BuyerGroup):
        subject, subject_id = Subject.BUYER_GROUP, kept.group_id
    else:
        subject, subject_id = Subject.FREIGHT, kept.template_id
    return leave_receipt(
        transaction, subject, subject_id, kept.version, deed=deed, actor=request.actor, now=now, created=created
    )
