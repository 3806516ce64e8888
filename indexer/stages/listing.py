"""A listing as the stages take it, and the digest that says whether a document is still of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from kernel.offers import Offer, Supplier

Listing = tuple[Offer, Supplier | None]
DIGEST_BYTES = 16  # among 150 million listings two share a digest by chance once in 10^22 catalogs


def listing_digest(listing: Listing) -> bytes:
    """16 bytes of everything that a document is made of: all fields of the offer and of its supplier."""
    return short_digest(msgspec.msgpack.encode(listing, enc_hook=_plain))


def short_digest(content: bytes) -> bytes:
    """16 bytes of any content."""
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()


def _plain(value: object) -> object:
    """``NO_ATTRIBUTES`` is a read-only view, which msgspec does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(f"no digest of {type(value).__name__}")
