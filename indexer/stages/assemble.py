"""Offers to documents, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from indexer.stages.facts import Facts, attribute_terms
from indexer.stages.flags import offer_flags, offer_tags
from indexer.stages.listing import Listing, listing_digest
from kernel.offers import Offer, Supplier
from search_engine.card import Card, SupplierCard, encode_card
from search_engine.documents import IndexDocument
from taxonomy.classify import CategoryGuess
from taxonomy.model import Taxonomy
from text_analysis.analyzer import Analyzer
from text_analysis.values import DocumentText

# Below an even chance a guessed category is more likely wrong than right: the listing then stays without one.
CATEGORY_PROBABILITY_MIN = 0.5


class DocumentMaker(Protocol):
    """Listings to documents: cut now, or taken from what was prepared."""

    def documents(self, listings: Sequence[Listing]) -> list[IndexDocument]:
        """One document a listing, in order."""
        ...


class Assembler:
    """The stages as one function from listings to documents. Holds only caches; safe to build once a process."""

    def __init__(
        self,
        *,
        analyzer: Analyzer,
        taxonomy: Taxonomy,
        classify: Callable[[str], Sequence[CategoryGuess]],
    ) -> None:
        self._analyzer = analyzer
        self._taxonomy = taxonomy
        self._classify = classify
        self._facts = Facts(taxonomy)

    def documents(self, listings: Sequence[Listing]) -> list[IndexDocument]:
        """One document a listing, in order."""
        categories = [self._category(offer) for offer, _ in listings]
        texts = self._analyzer.documents(
            [
                (offer.title, self._facts.of(offer, category))
                for (offer, _), category in zip(listings, categories, strict=True)
            ]
        )
        return [
            self._document(offer, supplier, category, text)
            for (offer, supplier), category, text in zip(listings, categories, texts, strict=True)
        ]

    def _category(self, offer: Offer) -> str:
        """The offer's own category when it is a known one, else the likeliest leaf if it is likely enough."""
        if offer.category_id and offer.category_id in self._taxonomy.nodes:
            return offer.category_id
        guesses = self._classify(offer.title)
        if guesses and guesses[0].probability >= CATEGORY_PROBABILITY_MIN:
            return guesses[0].category_id
        return ""

    def _document(self, offer: Offer, supplier: Supplier | None, category: str, text: DocumentText) -> IndexDocument:
        flags = offer_flags(offer, supplier)
        codes = (self._analyzer.normalise_code(code) for code in (offer.item_code, offer.barcode) if code)
        return IndexDocument(
            offer_id=offer.offer_id,
            version=offer.version,
            words=text.words,
            characters=text.characters,
            bigrams=text.bigrams,
            facts=text.facts,
            coverage=text.coverage,
            vector_text=offer.title,
            card=encode_card(_card(offer, supplier, category, flags)),
            codes=tuple(code for code in codes if code),
            category_path=_category_path(category),
            regions=_regions(supplier),
            supplier_id=offer.supplier_id or "",
            flags=flags,
            attributes=attribute_terms(offer.attributes),
            tiers=offer.tiers,
            moq=offer.moq,
            stock=offer.stock,
            dispatch_hours=offer.dispatch_hours,
            sold_count=offer.sold_count,
            published_at=offer.published_at,
            credit_score=supplier.credit_score if supplier else 0.0,
            verified=supplier.verified if supplier else False,
        )


def _category_path(category: str) -> tuple[str, ...]:
    """Ids of sector, group and leaf: each begins with the one above (see ``data/taxonomy/FORMAT.md``)."""
    return tuple(category[:length] for length in range(2, len(category) + 1, 2))


def _regions(supplier: Supplier | None) -> tuple[str, ...]:
    if supplier is None or not supplier.province:
        return ()
    return (supplier.province, f"{supplier.province}/{supplier.city}") if supplier.city else (supplier.province,)


def _card(offer: Offer, supplier: Supplier | None, category: str, flags: tuple[str, ...]) -> Card:
    return Card(
        offer_id=offer.offer_id,
        title=offer.title,
        version=offer.version,
        tiers=tuple((tier.min_quantity, tier.unit_price_fen) for tier in offer.tiers),
        moq=offer.moq,
        unit=offer.unit,
        units_per_pack=offer.units_per_pack,
        pack_unit=offer.pack_unit,
        category_id=category,
        picture=offer.picture,
        tags=offer_tags(flags),
        sold_count=offer.sold_count,
        dispatch_hours=offer.dispatch_hours,
        attributes=dict(offer.attributes),
        brand=offer.brand,
        item_code=offer.item_code,
        supplier=_supplier_card(supplier),
        listing=listing_digest((offer, supplier)).hex(),
    )


def _supplier_card(supplier: Supplier | None) -> SupplierCard | None:
    if supplier is None:
        return None
    return SupplierCard(
        id=supplier.supplier_id,
        name=supplier.name,
        verified=supplier.verified,
        factory=supplier.factory,
        credit_level=supplier.credit_level,
        region=" ".join(part for part in (supplier.province, supplier.city) if part),
        joined_year=supplier.joined_year,
        repeat_buyer_rate=supplier.repeat_buyer_rate,
    )
