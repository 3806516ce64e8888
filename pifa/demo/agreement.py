"""What the demo's selling company has agreed with the buying one: a rate on everything, and a ladder for one listing,
so that own prices are there to be seen."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.service import Record
from kernel.offers import Offer
from kernel.prices import PriceTier
from pifa.demo.accounts import BUYER_COMPANY, REQUEST, SELLER_COMPANY, well_stocked

GROUP_NAME = "老客户"
RATE_BP = 9_500  # five percent off: what is given to who comes again
LADDER_PERCENT = 88  # of the public ladder; below the rate, so that both kinds of agreement show


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAgreement:
    """``offer_id``: the listing with a ladder of its own; empty where none was found."""

    supplier_id: str
    supplier_name: str
    offer_id: str


def make_agreement(record: Record) -> DemoAgreement | None:
    """Make it where the selling company has no buyer group yet; what somebody changed since stays. None without a
    selling company."""
    seller = record.people.reads.company(SELLER_COMPANY).supplier_id
    if seller is None:
        return None
    offer = _listing(record, seller)
    if not record.prices.groups(seller=seller):
        _agree(record, seller, offer)
    name = record.suppliers.supplier(seller).supplier.name
    return DemoAgreement(supplier_id=seller, supplier_name=name, offer_id=offer.offer_id if offer else "")


def _agree(record: Record, seller: str, offer: Offer | None) -> None:
    groups = record.keep_groups
    made = groups.create(seller=seller, name=GROUP_NAME, rate_bp=RATE_BP, request=REQUEST)
    group_id, version = made.subject_id, made.version
    groups.set_members(
        seller=seller, group_id=group_id, company_ids=[BUYER_COMPANY], expected_version=version, request=REQUEST
    )
    if offer is not None:
        groups.set_price(
            seller=seller, group_id=group_id, target_id=offer.offer_id, tiers=_ladder(offer),
            expected_version=version + 1, request=REQUEST,
        )  # fmt: skip


def _ladder(offer: Offer) -> list[PriceTier]:
    return [
        PriceTier(min_quantity=tier.min_quantity, unit_price_fen=max(1, tier.unit_price_fen * LADDER_PERCENT // 100))
        for tier in offer.tiers
    ]


def _listing(record: Record, seller: str) -> Offer | None:
    """The supplier's first listing of several SKUs that is well in stock; the same for the same seed."""
    offers = (offer for batch in record.catalog.live_offers_of(seller) for offer, _ in batch)
    return next((offer for offer in offers if well_stocked(record, offer)), None)
