"""An offer's content with its SKUs and terms into the record: what publishing, revising and drafting share."""

from __future__ import annotations

from dataclasses import replace

from catalog_service.domain.machines import Actor
from catalog_service.domain.offers.content import ContentRules, OfferDraft, StoredOffer
from catalog_service.domain.skus.reconcile import reconcile, stated_stock
from catalog_service.domain.skus.rules import SkuRules, terms_digest
from catalog_service.domain.skus.values import NO_TERMS, OfferTerms, TradeTerms
from catalog_service.ports.record import RecordTransaction
from catalog_service.ports.skus import DefaultSku
from catalog_service.use_cases.deeds import Deeds, OfferNotFound, SupplierNotFound, require_offer
from kernel.errors import Conflict, NotFound
from kernel.offers import Offer


class FreightTemplateNotFound(NotFound):
    """The supplier has no such freight template."""

    code = "freight_template_not_found"


class OfferIdTaken(Conflict):
    """Another supplier's offer is called so, or a SKU: an offer's first SKU has the offer's id."""

    code = "offer_id_taken"


def actor_of(seller: str | None) -> Actor:
    """On whose behalf: a supplier, or staff where none is named."""
    return Actor.STAFF if seller is None else Actor.SELLER


def require_own_offer(transaction: RecordTransaction, offer_id: str, *, seller: str | None) -> StoredOffer:
    """The stored offer; another supplier's is as if it were not there."""
    stored = require_offer(transaction, offer_id)
    refuse_foreign(stored, seller=seller)
    return stored


def refuse_foreign(stored: StoredOffer, *, seller: str | None) -> None:
    if seller is not None and stored.offer.supplier_id != seller:
        raise OfferNotFound(f"没有编号为 {stored.offer.offer_id} 的商品", parameter="offer_id")


def own_supplier(stated: str | None, *, seller: str | None) -> str | None:
    """Whose offer it becomes: a seller's own without saying so, and nobody else's."""
    if seller is None:
        return stated
    if stated not in (None, seller):
        raise SupplierNotFound(f"没有编号为 {stated} 的供应商", parameter="supplier_id")
    return seller


def accept_content(
    draft: OfferDraft, trade: TradeTerms | None, *, rules: ContentRules, sku_rules: SkuRules, seller: str | None
) -> tuple[OfferDraft, TradeTerms | None]:
    """Listing and terms as the rules leave them, under the supplier on whose behalf it is done; ``Invalid`` names what
    they break."""
    accepted = rules.accept(replace(draft, supplier_id=own_supplier(draft.supplier_id, seller=seller)))
    if trade is None:
        return accepted, None
    return accepted, sku_rules.accept(trade, tiers=accepted.tiers, moq=accepted.moq or 1)


def says_the_same(transaction: RecordTransaction, known: StoredOffer, digest: str, trade: TradeTerms | None) -> bool:
    """Whether listing and terms are what stands already; terms that are not stated stay as they are."""
    if digest != known.content_hash:
        return False
    return trade is None or _stored_digest(transaction, known.offer.offer_id) == terms_digest(trade)


def store_new(
    transaction: RecordTransaction, stored: StoredOffer, trade: TradeTerms | None, *, deeds: Deeds
) -> StoredOffer:
    """Insert an offer that was not there, with its SKUs; what was stored."""
    offer = stored.offer
    if transaction.skus.by_ids([offer.offer_id]):
        raise OfferIdTaken(f"编号 {offer.offer_id} 已被占用", parameter="offer_id")
    if trade is None:
        transaction.insert_offers([stored])
        transaction.skus.add_defaults([default_sku(offer)])
        return stored
    require_template(transaction, trade, supplier_id=offer.supplier_id)
    found = reconcile([], trade, offer=offer, new_id=deeds.ids.new)
    stored = replace(stored, offer=replace(offer, stock=stated_stock(found.fresh)))
    transaction.insert_offers([stored])
    transaction.skus.add(found.fresh)
    _save_terms(transaction, offer.offer_id, trade)
    return stored


def store_next(
    transaction: RecordTransaction,
    stored: StoredOffer,
    trade: TradeTerms | None,
    *,
    deeds: Deeds,
    actor: str,
    now: int,
) -> StoredOffer:
    """Replace the version before; rows of stock are locked before the offer's, as in every deed."""
    offer = stored.offer
    if trade is None:
        counts = transaction.skus.restate_defaults({offer.offer_id: offer.stock})
    else:
        require_template(transaction, trade, supplier_id=offer.supplier_id)
        known = [view.sku for view in transaction.skus.of_offer(offer.offer_id)]
        found = reconcile(known, trade, offer=offer, new_id=deeds.ids.new)
        transaction.skus.add(found.fresh)
        transaction.skus.replace(found.changed)
        _save_terms(transaction, offer.offer_id, trade)
        counts = found.counts
    transaction.stock.put(counts, actor=actor, at=now)
    transaction.replace_offers([stored])
    transaction.stock.figure([offer.offer_id])
    return stored


def default_sku(offer: Offer) -> DefaultSku:
    return DefaultSku(offer_id=offer.offer_id, code=offer.item_code, barcode=offer.barcode, stock=offer.stock)


def require_template(transaction: RecordTransaction, trade: TradeTerms, *, supplier_id: str | None) -> None:
    """Refuse a freight template that is not this supplier's."""
    template_id = trade.freight_template_id
    if template_id is None:
        return
    template = transaction.prices.freight([template_id]).get(template_id)
    if template is None or template.supplier_id != supplier_id:
        raise FreightTemplateNotFound(f"没有编号为 {template_id} 的运费模板", parameter="freight_template_id")


def _save_terms(transaction: RecordTransaction, offer_id: str, trade: TradeTerms) -> None:
    transaction.skus.save_terms(offer_id, offer_terms(trade))


def offer_terms(trade: TradeTerms) -> OfferTerms:
    """What is stored of the terms beside the SKUs."""
    return OfferTerms(
        moq_per_sku=trade.moq_per_sku,
        mixed_batch=trade.mixed_batch,
        freight_template_id=trade.freight_template_id,
        digest=terms_digest(trade),
    )


def _stored_digest(transaction: RecordTransaction, offer_id: str) -> str:
    return transaction.skus.terms([offer_id]).get(offer_id, NO_TERMS).digest
