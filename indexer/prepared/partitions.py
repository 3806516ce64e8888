"""Which listings go together, and the digests that say whether a prepared one is still theirs."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.stages.listing import Listing, listing_digest, short_digest

# A partition is what a killed run loses of each worker: 2,000 listings are seven seconds of the default encoder on one
# core (bench/results/ray.md), and half a second of the static one, beside which the passing round of a task is little.
PARTITION_LISTINGS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The listings with ``after_id < offer_id <= last_id``, ``count`` of them when the catalog was read.

    ``key`` is a digest of the listings and of what makes files of them: the same key, the same file.
    """

    after_id: str
    last_id: str
    count: int
    key: str


def partitions(
    batches: Iterable[Sequence[Listing]], *, fingerprint: str, listings: int = PARTITION_LISTINGS
) -> Iterator[Partition]:
    """Partitions of about ``listings`` listings, twice as many at most, over batches in id order.

    Whether one ends with an id depends on that id alone, so a listing that comes or goes changes its own partition and
    leaves the others as they are.
    """
    after_id, digests = "", list[bytes]()
    for batch in batches:
        for listing in batch:
            offer_id = listing[0].offer_id
            digests.append(listing_digest(listing))
            if zlib.crc32(offer_id.encode()) % listings == 0 or len(digests) == 2 * listings:
                yield _partition(after_id, offer_id, digests, fingerprint)
                after_id, digests = offer_id, []
    if digests:
        yield _partition(after_id, offer_id, digests, fingerprint)


def partition_key(digests: Iterable[bytes], *, fingerprint: str) -> str:
    """The name of what is made of these listings: 32 hexadecimal digits."""
    return short_digest(fingerprint.encode() + b"".join(digests)).hex()


def text_digest(text: str) -> bytes:
    """16 bytes of a text; a lone surrogate counts as a question mark, as encoders read it."""
    return short_digest(text.encode("utf-8", "replace"))


def _partition(after_id: str, last_id: str, digests: list[bytes], fingerprint: str) -> Partition:
    key = partition_key(digests, fingerprint=fingerprint)
    return Partition(after_id=after_id, last_id=last_id, count=len(digests), key=key)
