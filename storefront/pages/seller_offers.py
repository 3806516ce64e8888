"""A seller's offers as rows, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.revision_states import REVISION, RevisionEvent, RevisionState
from catalog_service.domain.offers.states import OFFER, OfferEvent, OfferState
from catalog_service.domain.skus.values import SkuView
from kernel.prices import price_at
from storefront.pages.cards import picture_url
from storefront.pages.trade_words import OFFER_STATES, moment, money
from storefront.state import address

# What a press of a button does; content comes by the form.
PRESSES = (OfferEvent.SUBMIT, OfferEvent.RECALL, OfferEvent.WITHDRAW, OfferEvent.RELIST, OfferEvent.DISCARD)
REVISION_PRESSES = (RevisionEvent.SUBMIT, RevisionEvent.RECALL, RevisionEvent.DISCARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """``sku``: the only one, whose stock is counted in the list itself; None where there are several."""

    offer_id: str
    version: int
    title: str
    picture: str
    price: str
    moq: str
    stock: str
    skus: int
    sku: SkuView | None
    changed: str
    reason: str
    can: Sequence[tuple[str, str]]
    revision: str = ""


def offer_row(stored: StoredOffer, skus: Sequence[SkuView], revision: RevisionState | None = None) -> OfferRow:
    """``revision``: the state of the change that is open beside it."""
    offer = stored.offer
    quoted = price_at(offer.tiers, moq=offer.moq, quantity=None)
    return OfferRow(
        offer_id=offer.offer_id,
        version=offer.version,
        title=offer.title,
        picture=picture_url(offer.picture),
        price="面议" if quoted is None else f"¥{money(quoted.unit_fen)}/{offer.unit}",
        moq=f"{offer.moq} {offer.unit}",
        stock="不计数" if offer.stock is None else f"{offer.stock}",
        skus=len(skus),
        sku=skus[0] if len(skus) == 1 else None,
        changed=moment(stored.changed_at),
        reason=stored.takedown_reason,
        can=presses(stored.state),
        revision="" if revision is None else REVISION.state_labels[revision],
    )


def presses(state: OfferState) -> list[tuple[str, str]]:
    """(event, label) of the buttons that an offer in this state has."""
    allowed = OFFER.allowed(state, Actor.SELLER)
    return [(str(event), OFFER.event_labels[event]) for event in PRESSES if event in allowed]


def revision_presses(state: RevisionState) -> list[tuple[str, str]]:
    """As ``presses``, of the change beside it."""
    allowed = REVISION.allowed(state, Actor.SELLER)
    return [(str(event), REVISION.event_labels[event]) for event in REVISION_PRESSES if event in allowed]


def state_tabs(
    counts: Mapping[OfferState, int], chosen: OfferState, typed: str = ""
) -> list[tuple[str, str, int | None, bool]]:
    """(address, label, how many, whether it is this one); how many of a search nobody has counted: None."""
    said = [("q", typed)] if typed else []
    return [
        (
            address([("state", str(state)), *said], "/seller/offers"), label,
            None if typed else counts.get(state, 0), state is chosen,
        )
        for state, label in OFFER_STATES.items()
    ]  # fmt: skip
