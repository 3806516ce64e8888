"""Many listings in one transaction: what imports and seeded data share. Not a deed of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from catalog_service.domain.deeds import OutboxNote, Subject
from catalog_service.domain.offers.content import OfferDraft, StoredOffer, content_hash, offer_of
from catalog_service.domain.offers.listing_rows import ListingDraft
from catalog_service.domain.offers.states import TAKEN_DOWN_STATES, OfferEvent, OfferState, next_state
from catalog_service.domain.skus.reconcile import reconcile
from catalog_service.domain.skus.values import Sku, TradeTerms
from catalog_service.domain.suppliers.profile import StoredSupplier, SupplierDraft, supplier_after
from catalog_service.ports.record import OfferMark, RecordTransaction
from catalog_service.use_cases.offers.store_offer import default_sku, offer_terms
from kernel.errors import PifaError

# What publishing cannot bring before the buyers, an import cannot either.
UNLANDABLE_STATES = TAKEN_DOWN_STATES | {OfferState.IN_AUDIT, OfferState.DISCARDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What became of a batch. ``refused`` holds positions in the batch with the reason."""

    created: int
    revised: int
    unchanged: int
    refused: Sequence[tuple[int, PifaError]]


def land_offers(transaction: RecordTransaction, listings: Sequence[ListingDraft], *, now: int) -> Landing:
    """Upsert accepted listings with their suppliers, with outbox rows for what changed and none for what did not.

    Of one offer told twice in a batch the later row counts. A withdrawn offer comes back, a taken-down one does not.
    """
    land_suppliers(transaction, _supplier_drafts(listings), now=now)
    marks = transaction.offer_marks({listing.offer.offer_id for listing in listings})
    refused: list[tuple[int, PifaError]] = []
    fresh: dict[str, StoredOffer] = {}
    moved: dict[str, StoredOffer] = {}
    for position, listing in enumerate(listings):
        draft = listing.offer
        mark = marks.get(draft.offer_id)
        if mark is not None and mark.state in UNLANDABLE_STATES:
            refused.append((position, _refusal(mark, draft)))
            continue
        digest = content_hash(draft)
        if mark is not None and mark.state is OfferState.LIVE and mark.content_hash == digest:
            moved.pop(draft.offer_id, None)  # an earlier row of this batch said otherwise; the record already says this
            continue
        stored = _stored(draft, digest, mark, now)
        (fresh if mark is None else moved)[draft.offer_id] = stored
    # In the order of ids: two that write the same offers at once wait for each other once, not in a ring.
    # Stock stands before the offers, as in every deed; it is what is left of what was stated, not what is stated again.
    counts = transaction.skus.restate_defaults({offer_id: stored.offer.stock for offer_id, stored in moved.items()})
    transaction.stock.put(counts, actor="import", at=now)
    transaction.insert_offers([fresh[offer_id] for offer_id in sorted(fresh)])
    stated = {each.offer.offer_id: each.trade for each in listings if each.trade and each.offer.offer_id in fresh}
    _add_skus(transaction, fresh, stated)
    transaction.replace_offers([moved[offer_id] for offer_id in sorted(moved)])
    transaction.stock.figure(moved)
    transaction.announce([_note(stored) for stored in (*fresh.values(), *moved.values())], at=now)
    landed = len(fresh) + len(moved)
    return Landing(
        created=len(fresh), revised=len(moved), unchanged=len(listings) - len(refused) - landed, refused=refused
    )


def land_suppliers(transaction: RecordTransaction, drafts: Mapping[str, SupplierDraft], *, now: int) -> Sequence[str]:
    """Upsert accepted suppliers by id, with outbox rows for what changed; the ids of those that are new."""
    known = transaction.suppliers(drafts)
    fresh: list[StoredSupplier] = []
    moved: list[StoredSupplier] = []
    for supplier_id, draft in sorted(drafts.items()):
        before = known[supplier_id].supplier if supplier_id in known else None
        after = supplier_after(before, draft)
        if after is before:
            continue
        (fresh if before is None else moved).append(StoredSupplier(supplier=after, changed_at=now))
    transaction.insert_suppliers(fresh)
    transaction.replace_suppliers(moved)
    transaction.announce(
        [
            OutboxNote(
                subject=Subject.SUPPLIER,
                subject_id=row.supplier.supplier_id,
                version=row.supplier.version,
                urgent=False,
            )
            for row in (*fresh, *moved)
        ],
        at=now,
    )
    return [row.supplier.supplier_id for row in fresh]


def _add_skus(
    transaction: RecordTransaction, fresh: Mapping[str, StoredOffer], stated: Mapping[str, TradeTerms]
) -> None:
    """The SKUs of new offers: those that are stated, else the offer itself. Their ids are the offer's with a number, so
    that the same catalog has the same ids wherever it is loaded."""
    plain = [default_sku(fresh[offer_id].offer) for offer_id in sorted(fresh) if offer_id not in stated]
    transaction.skus.add_defaults(plain)
    skus: list[Sku] = []
    for offer_id in sorted(stated):
        numbers = count(1)
        found = reconcile(
            [], stated[offer_id], offer=fresh[offer_id].offer,
            new_id=lambda offer_id=offer_id, numbers=numbers: f"{offer_id}-{next(numbers)}",  # type: ignore[misc]
        )  # fmt: skip
        skus.extend(found.fresh)
    transaction.skus.add(skus)
    transaction.skus.add_terms({offer_id: offer_terms(stated[offer_id]) for offer_id in sorted(stated)})


def _supplier_drafts(listings: Sequence[ListingDraft]) -> dict[str, SupplierDraft]:
    """One draft a supplier: later rows over earlier ones, field by field. A mere id makes a supplier named by it."""
    drafts: dict[str, SupplierDraft] = {}
    for listing in listings:
        supplier_id = listing.offer.supplier_id
        if supplier_id is None:
            continue
        earlier, draft = drafts.get(supplier_id), listing.supplier
        if earlier is None:
            drafts[supplier_id] = draft or SupplierDraft(supplier_id=supplier_id)
        elif draft is not None and draft != earlier:
            stated = {name: value for name in SupplierDraft.__slots__ if (value := getattr(draft, name)) is not None}
            drafts[supplier_id] = replace(earlier, **stated)
    return drafts


def _stored(draft: OfferDraft, digest: str, mark: OfferMark | None, now: int) -> StoredOffer:
    event = OfferEvent.REVISE if mark is not None and mark.state is OfferState.LIVE else OfferEvent.PUBLISH
    state = next_state(mark.state if mark else None, event, offer_id=draft.offer_id)
    published_at = draft.published_at
    if published_at is None:
        published_at = mark.published_at if mark else now
    offer = offer_of(draft, version=mark.version + 1 if mark else 1, published_at=published_at)
    return StoredOffer(offer=offer, state=state, content_hash=digest, changed_at=now)


def _refusal(mark: OfferMark, draft: OfferDraft) -> PifaError:
    try:
        next_state(mark.state, OfferEvent.PUBLISH, offer_id=draft.offer_id)
    except PifaError as refusal:
        return refusal
    raise AssertionError("what cannot land must not be publishable")


def _note(stored: StoredOffer) -> OutboxNote:
    return OutboxNote(
        subject=Subject.OFFER, subject_id=stored.offer.offer_id, version=stored.offer.version, urgent=False
    )
