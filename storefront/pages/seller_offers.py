"""A seller's offers as rows, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from catalog_service.domain.deeds import Receipt, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.content import StoredOffer
from catalog_service.domain.offers.revision_states import REVISION, RevisionEvent, RevisionState
from catalog_service.domain.offers.states import OFFER, OfferEvent, OfferState
from catalog_service.domain.skus.values import SkuView
from catalog_service.reads.own_offers import TYPED_CHARACTERS_MAX
from kernel.errors import Invalid
from kernel.ids import validate_id
from kernel.prices import price_at
from storefront.pages.cards import picture_url
from storefront.pages.trade_words import OFFER_STATES, moment, money
from storefront.state import address

OFFER_LIST = "/seller/offers"
PLACE_CHARACTERS_MAX = 2_000  # a hundred characters looked for are nine hundred in an address; ids are short
# What a press of a button does; content comes by the form.
PRESSES = (OfferEvent.SUBMIT, OfferEvent.RECALL, OfferEvent.WITHDRAW, OfferEvent.RELIST, OfferEvent.DISCARD)
PUBLISHING = frozenset({"publish", str(OfferEvent.SUBMIT), str(OfferEvent.RELIST)})
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlace:
    """Where in the list a seller is: the state, what is looked for, the last id of the page before."""

    state: OfferState = OfferState.LIVE
    typed: str = ""
    after: str = ""

    @property
    def items(self) -> list[tuple[str, str]]:
        """As an address says it; nothing of the first page of what is on sale."""
        state = "" if self.state is OfferState.LIVE else str(self.state)
        said = (("state", state), ("q", self.typed), ("after", self.after))
        return [(name, value) for name, value in said if value]

    @property
    def text(self) -> str:
        """What a form carries as its field ``list``, so that its deed leads back here."""
        return urlencode(self.items)

    def href(self, *more: tuple[str, str]) -> str:
        return address([*self.items, *more], OFFER_LIST)


def place_of(said: Mapping[str, str]) -> ListPlace:
    """The place that an address names; raises ``Invalid``."""
    state = said.get("state", str(OfferState.LIVE))
    if state not in {str(each) for each in OFFER_STATES}:
        raise Invalid("没有这个分类", parameter="state")
    after = said.get("after", "")
    return ListPlace(
        state=OfferState(state), typed=said.get("q", "").strip()[:TYPED_CHARACTERS_MAX],
        after=validate_id(after, parameter="after") if after else "",
    )  # fmt: skip


def place_in(form: Mapping[str, str]) -> ListPlace:
    """The place that a form carries. It names no address, so that nobody can make it lead elsewhere; what is no place
    is the beginning of the list."""
    try:
        return place_of(dict(parse_qsl(form.get("list", "")[:PLACE_CHARACTERS_MAX])))
    except Invalid:
        return ListPlace()


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


def done_by(receipt: Receipt, act: str) -> str:
    """What a page says of a deed: that buyers see it now, that it waits for the market's people, or that it is kept."""
    if receipt.subject is Subject.REVISION or receipt.state == OfferState.IN_AUDIT:
        return "submitted"
    return "published" if act in PUBLISHING and receipt.state == OfferState.LIVE else "saved"


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
            address([("state", str(state)), *said], OFFER_LIST), label,
            None if typed else counts.get(state, 0), state is chosen,
        )
        for state, label in OFFER_STATES.items()
    ]  # fmt: skip
