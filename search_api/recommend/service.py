"""Similar listings (相似) and the same item from other suppliers (同款)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from kernel.errors import NotFound
from search_api.parts import Parts
from search_api.present.hits import decode_cards, hit_of
from search_api.present.own import with_own_prices
from search_api.recommend.results import Recommendations, Recommended
from search_api.recommend.told import told_recommendations
from search_api.requests import SearchRequest
from search_api.retrieve.filters import plan_filters
from search_api.understand.understanding import understand
from search_engine.card import Card
from search_engine.plan import Filter, TermFilter
from search_engine.port import Candidates
from search_engine.schema import NO_PRICE_FEN
from taxonomy.model import Taxonomy

# A pool wide enough that suppliers can be spread and the same item recognised among look-alikes.
POOL = 100
SIMILAR_SUPPLIER_MAX = 2  # of a dozen similar listings, so that at least six suppliers show
# Cosine from which two titles of one leaf name the same goods; below it they are neighbours (fitted on the demo
# catalog's known copies, see bench/results/relevance.json).
SAME_ITEM_COSINE_MIN = 0.86
SHARED_ATTRIBUTES_MIN = 0.5  # of the attributes that both state
STATED_REASONS_MAX = 3


class OfferNotIndexed(NotFound):
    """The listing is not in the index (unknown, withdrawn, or published within the last second)."""

    code = "offer_not_indexed"


class RecommendService:
    """The recommendation use cases. Thread-safe. ``company_id``: the caller's, whose own prices stand on the hits;
    ``language``: of the reasons."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def similar(
        self, offer_id: str, request: SearchRequest, *, company_id: str | None = None, language: str = "zh"
    ) -> Recommendations:
        """Nearest in meaning within the request's filters, at most ``request.size``, two of a supplier."""
        row, card = self._offer(offer_id)
        pool, left_out = self._pool(row, card, request, extra=())
        items: list[Recommended] = []
        shown: dict[str, int] = {}
        for other, cosine in pool:
            supplier = other.supplier.id if other.supplier else other.offer_id
            if shown.get(supplier, 0) >= SIMILAR_SUPPLIER_MAX:
                continue
            shown[supplier] = shown.get(supplier, 0) + 1
            items.append(self._recommended(card, other, cosine, request, language))
        return self._answer(offer_id, "similar", request, items[: request.size], left_out, company_id, language)

    def same_item(
        self, offer_id: str, request: SearchRequest, *, company_id: str | None = None, language: str = "zh"
    ) -> Recommendations:
        """The same goods from other suppliers, the best price at the request's quantity first."""
        row, card = self._offer(offer_id)
        leaf = (
            (TermFilter(field="category", values=(card.category_id,), group="same_leaf"),) if card.category_id else ()
        )
        pool, left_out = self._pool(row, card, request, extra=leaf)
        best: dict[str, Recommended] = {}
        for other, cosine in pool:
            if not _same_goods(card, other, cosine):
                continue
            supplier = other.supplier.id if other.supplier else other.offer_id
            if card.supplier is not None and supplier == card.supplier.id:
                continue
            found = self._recommended(card, other, cosine, request, language)
            if supplier not in best or _price(found) < _price(best[supplier]):
                best[supplier] = found
        items = sorted(best.values(), key=lambda item: (_price(item), -item.similarity, item.hit.offer_id))
        return self._answer(offer_id, "same_item", request, items[: request.size], left_out, company_id, language)

    def _offer(self, offer_id: str) -> tuple[int, Card]:
        row = self._parts.engine.find([offer_id]).get(offer_id)
        card = decode_cards(self._parts.engine.cards([row]))[0] if row is not None else None
        if row is None or card is None:
            raise OfferNotIndexed(f"没有货品 {offer_id}", parameter="offer_id")
        return row, card

    def _pool(
        self, row: int, card: Card, request: SearchRequest, *, extra: tuple[Filter, ...]
    ) -> tuple[Iterable[tuple[Card, float]], Sequence[str]]:
        """Near listings, nearest first, the listing itself left out; and what ``degraded`` names of them."""
        vector = self._parts.engine.vector(row)
        if vector is None:
            vector = self._encoded(card.title)
        if vector is None:
            return (), ()
        understanding = understand(
            request,
            analyse=lambda text, repair: self._parts.analyzer.query(text, repair=repair),
            classify=lambda text: (),
            encode=None,
        )
        near = self._parts.engine.nearest(
            vector,
            filters=(*plan_filters(request, understanding), *extra),
            limit=POOL,
            quantity=request.quantity,
        )
        return [pair for pair in self._cards(near) if pair[0].offer_id != card.offer_id], near.degraded

    def _encoded(self, title: str) -> np.ndarray | None:
        """The title's vector when the index does not hold it yet and its encoder is the one in use."""
        encoder, space = self._parts.encoder, self._parts.engine.status().vector_space
        if encoder is None or space is None or space.fingerprint != encoder.fingerprint:
            return None
        encoded: np.ndarray = encoder.encode_documents([title])[0]
        return encoded

    def _cards(self, near: Candidates) -> Iterable[tuple[Card, float]]:
        cards = decode_cards(self._parts.engine.cards(near.rows.tolist()))
        cosines = near.legs["vector"].tolist()
        return ((card, cosine) for card, cosine in zip(cards, cosines, strict=True) if card is not None)

    def _recommended(
        self, card: Card, other: Card, cosine: float, request: SearchRequest, language: str
    ) -> Recommended:
        hit = hit_of(other, score=round(cosine, 6), quantity=request.quantity, taxonomy=self._parts.taxonomy)
        reasons = self._reasons(card, other, request.quantity, self._parts.taxonomy.told(language))
        return Recommended(hit=hit, similarity=round(cosine, 4), reasons=reasons)

    @staticmethod
    def _reasons(card: Card, other: Card, quantity: int | None, taxonomy: Taxonomy) -> Sequence[str]:
        """Sentences with the names of ``taxonomy`` in them."""
        reasons = []
        mine, theirs = card.price(quantity), other.price(quantity)
        if mine and theirs and theirs.unit_fen < mine.unit_fen and card.unit == other.unit:
            reasons.append(f"便宜 {round(100 * (1 - theirs.unit_fen / mine.unit_fen))}%")
        if other.moq < card.moq:
            reasons.append(f"起订量更低（{other.moq}{other.unit}）")
        if other.category_id and other.category_id == card.category_id:
            reasons.append(f"同类目：“{taxonomy.get(card.category_id).name}”")
        names = taxonomy.attribute_names
        shared = [f"{names.get(key, key)}相同：“{'、'.join(card.attributes[key])}”" for key in _shared(card, other)]
        return [*reasons, *shared[:STATED_REASONS_MAX]]

    def _answer(
        self,
        offer_id: str,
        kind: str,
        request: SearchRequest,
        items: Sequence[Recommended],
        left_out: Sequence[str],
        company_id: str | None,
        language: str,
    ) -> Recommendations:
        pending = self._parts.engine.status().vectors_pending
        waiting = [f"vector：{pending} 条货品还没有向量"] if pending else []
        degraded = [*waiting, *left_out]
        (hits,) = with_own_prices(
            [item.hit for item in items],
            reads=self._parts.own_prices,
            company_id=company_id,
            quantity=request.quantity,
        )
        items = [replace(item, hit=hit) for item, hit in zip(items, hits, strict=True)]
        answer = Recommendations(
            offer_id=offer_id, kind=kind, quantity=request.quantity, items=items, degraded=degraded
        )
        return told_recommendations(answer, language, taxonomy=self._parts.taxonomy)


def _shared(card: Card, other: Card) -> list[str]:
    return [key for key, values in card.attributes.items() if values and other.attributes.get(key) == values]


def _same_goods(card: Card, other: Card, cosine: float) -> bool:
    """The same brand (if both state one), most stated attributes equal, and titles of one meaning."""
    if card.brand and other.brand and card.brand != other.brand:
        return False
    both = card.attributes.keys() & other.attributes.keys()
    if both and len(_shared(card, other)) < SHARED_ATTRIBUTES_MIN * len(both):
        return False
    return cosine >= SAME_ITEM_COSINE_MIN


def _price(item: Recommended) -> int:
    return item.hit.price.unit_fen if item.hit.price.unit_fen is not None else NO_PRICE_FEN
