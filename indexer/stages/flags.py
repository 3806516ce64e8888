"""The yes-or-no facts that buyers filter by; a known no is a value of its own, so ``verified=false`` filters too."""

from __future__ import annotations

from kernel.offers import Offer, Supplier

TAGS = {"factory": "源头工厂", "dropship": "一件代发", "freight_free": "包邮", "invoice": "含税", "in_stock": "现货"}


def offer_flags(offer: Offer, supplier: Supplier | None) -> tuple[str, ...]:
    """``name`` or ``not_name`` for every flag; stock that is not stated is neither in stock nor out of it."""
    known: dict[str, bool | None] = {
        "verified": supplier.verified if supplier else False,
        "factory": supplier.factory if supplier else False,
        "dropship": offer.dropship,
        "sample": offer.sample_price_fen is not None,
        "customisation": offer.customisation,
        "invoice": offer.invoice,
        "freight_free": offer.freight_free,
        "in_stock": None if offer.stock is None else offer.stock >= offer.moq,
    }
    return tuple(name if value else f"not_{name}" for name, value in known.items() if value is not None)


def offer_tags(flags: tuple[str, ...]) -> tuple[str, ...]:
    """What a card says in a word."""
    return tuple(label for flag, label in TAGS.items() if flag in flags)
