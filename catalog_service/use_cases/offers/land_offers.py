"""Many listings in one transaction: what imports and seeded data share. Not a deed of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from catalog_service.domain.deeds import OutboxNote, Subject
from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.content import (
    OfferDraft,
    StoredOffer,
    content_hash,
    offer_of,
    with_standing_pictures,
)
from catalog_service.domain.offers.listing_rows import ListingDraft
from catalog_service.domain.offers.sku_rows import SkuRow
from catalog_service.domain.offers.states import TAKEN_DOWN_STATES, OfferEvent, OfferState, next_state
from catalog_service.domain.skus.reconcile import reconcile
from catalog_service.domain.skus.restate import StockBySku
from catalog_service.domain.skus.rules import SkuRules
from catalog_service.domain.skus.values import Sku, TradeTerms
from catalog_service.domain.suppliers.profile import StoredSupplier, SupplierDraft, supplier_after
from catalog_service.ports.record import OfferMark, RecordTransaction
from catalog_service.use_cases.deeds import OfferNotFound
from catalog_service.use_cases.offers.land_skus import BatchSkus
from catalog_service.use_cases.offers.revisions import follow_offers
from catalog_service.use_cases.offers.store_offer import default_sku, offer_terms
from kernel.errors import PifaError
from kernel.ids import IdSource
from kernel.offers import Offer

# What publishing cannot bring before the buyers, an import cannot either.
UNLANDABLE_STATES = TAKEN_DOWN_STATES | {OfferState.IN_AUDIT, OfferState.DISCARDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What became of a batch. ``refused`` holds positions in the batch with the reason."""

    created: int
    revised: int
    unchanged: int
    refused: Sequence[tuple[int, PifaError]]


def land_offers(
    transaction: RecordTransaction,
    rows: Sequence[ListingDraft | SkuRow],
    *,
    rules: SkuRules,
    ids: IdSource,
    now: int,
) -> Landing:
    """Upsert accepted listings with their suppliers and SKUs, with outbox rows for what changed and none for what did
    not.

    Of one offer told twice in a batch the later row counts. A withdrawn offer comes back, a taken-down one does not.
    """
    land_suppliers(transaction, _supplier_drafts([row for row in rows if isinstance(row, ListingDraft)]), now=now)
    batch = _Batch(transaction, rows, rules=rules, ids=ids, now=now)
    for position, row in enumerate(rows):
        try:
            batch.take(position, row)
        except PifaError as refusal:
            batch.refused.append((position, refusal))
    batch.refuse_stock_of_skus()
    return batch.store()


class _Batch:
    """What the rows of a batch come to: decided row by row, then written in one order."""

    def __init__(
        self,
        transaction: RecordTransaction,
        rows: Sequence[ListingDraft | SkuRow],
        *,
        rules: SkuRules,
        ids: IdSource,
        now: int,
    ) -> None:
        self._transaction, self._rows, self._now = transaction, rows, now
        self._marks = transaction.offer_marks({offer_id_of(row) for row in rows})
        told = {offer_id_of(row) for row in rows if isinstance(row, SkuRow) or row.skus}
        self._skus = BatchSkus(transaction, sorted(told), rules=rules, ids=ids)
        self.refused: list[tuple[int, PifaError]] = []
        self._fresh: dict[str, StoredOffer] = {}
        self._moved: dict[str, StoredOffer] = {}
        self._placed: dict[str, int] = {}  # by offer, the row that brought what is moved

    def take(self, position: int, row: ListingDraft | SkuRow) -> None:
        """Raises what the row is refused for; the rows before it stand."""
        offer_id = offer_id_of(row)
        mark = self._marks.get(offer_id)
        if mark is not None and mark.state in UNLANDABLE_STATES:
            raise _refusal(mark, offer_id)
        if isinstance(row, SkuRow):
            self._skus.state(offer_id, [row.patch], offer=self._require(offer_id))
            return
        draft = with_standing_pictures(row.offer, mark.more_pictures if mark else ())
        digest = content_hash(draft)
        stands = mark is not None and mark.state is OfferState.LIVE and mark.content_hash == digest
        if stands and not row.skus:
            self._moved.pop(offer_id, None)  # an earlier row said otherwise; the record already says this
            return
        stored = _stored(draft, digest, mark, self._now)
        if row.skus:
            self._skus.state(offer_id, row.skus, offer=stored.offer)
        if stands:
            self._moved.pop(offer_id, None)
            return
        (self._fresh if mark is None else self._moved)[offer_id] = stored
        self._placed[offer_id] = position

    def refuse_stock_of_skus(self) -> None:
        """An offer that states SKUs has no stock of its own: who says one would not see it come to anything."""
        said = {offer_id for offer_id in self._moved if self._says_stock(self._placed[offer_id])}
        for offer_id in sorted(self._transaction.skus.with_stated(said)):
            del self._moved[offer_id]
            refusal = StockBySku("这个商品有规格，库存按规格写：skus，或每个规格一行并写 sku_code", parameter="stock")
            self.refused.append((self._placed[offer_id], refusal))
        self.refused.sort(key=lambda each: each[0])

    def store(self) -> Landing:
        """In the order of ids: two that write the same offers at once wait for each other once, not in a ring. Stock
        stands before the offers, as in every deed; it is what is left of what was stated, not what is stated again."""
        transaction, fresh, moved, now = self._transaction, self._fresh, self._moved, self._now
        counts = transaction.skus.restate_defaults({each: stored.offer.stock for each, stored in moved.items()})
        plan = self._skus.plan(moved, fresh, now=now)
        plan.store(transaction)
        transaction.stock.put({**counts, **plan.counts}, actor="import", at=now)
        transaction.insert_offers([fresh[offer_id] for offer_id in sorted(fresh)])
        _add_skus(transaction, fresh, {**self._seeded(), **self._skus.of_new(fresh)})
        transaction.replace_offers([moved[offer_id] for offer_id in sorted(moved)])
        transaction.stock.figure([*moved, *self._skus.of_new(fresh)])
        transaction.announce([_note(stored) for stored in (*fresh.values(), *moved.values())], at=now)
        transaction.stock.show(transaction.stock.of_offers(plan.counted), at=now, urgent=False)
        follow_offers(transaction, {*moved, *plan.counted}, by=Actor.STAFF, actor="import", now=now)
        landed = len(fresh) + len(moved) + len(plan.counted)
        return Landing(
            created=len(fresh), revised=landed - len(fresh), refused=self.refused,
            unchanged=max(0, len(self._rows) - len(self.refused) - landed),
        )  # fmt: skip

    def _require(self, offer_id: str) -> Offer:
        """The offer that a row of one SKU is about: of a row before it, else of the record."""
        stored = self._fresh.get(offer_id) or self._moved.get(offer_id) or self._skus.offers.get(offer_id)
        if stored is None:
            raise OfferNotFound(f"没有编号为 {offer_id} 的商品，先导入商品再改它的规格", parameter="offer_id")
        return stored.offer

    def _seeded(self) -> dict[str, TradeTerms]:
        """SKUs and terms of new offers that came whole."""
        listings = [row for row in self._rows if isinstance(row, ListingDraft)]
        seeded = {each.offer.offer_id: each.trade for each in listings if each.trade}
        return {offer_id: trade for offer_id, trade in seeded.items() if offer_id in self._fresh}

    def _says_stock(self, position: int) -> bool:
        row = self._rows[position]
        return isinstance(row, ListingDraft) and row.offer.stock is not None and row.trade is None


def offer_id_of(row: ListingDraft | SkuRow) -> str:
    return row.offer_id if isinstance(row, SkuRow) else row.offer.offer_id


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


def _refusal(mark: OfferMark, offer_id: str) -> PifaError:
    try:
        next_state(mark.state, OfferEvent.PUBLISH, offer_id=offer_id)
    except PifaError as refusal:
        return refusal
    raise AssertionError("what cannot land must not be publishable")


def _note(stored: StoredOffer) -> OutboxNote:
    return OutboxNote(
        subject=Subject.OFFER, subject_id=stored.offer.offer_id, version=stored.offer.version, urgent=False
    )
