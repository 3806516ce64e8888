"""Homes to measure in: an index over the demo catalog or over bare titles, written without a record to be quick."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from bench.demo import credited_listings
from bench.relevance.grade import Listing
from indexer.encode import encode_pending
from kernel.offers import Offer, Supplier
from pifa.commands.console import progress, say
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from text_analysis.encoders.port import Encoder, Progress

BATCH = 2_000


class RememberedVectors:
    """An ``Encoder`` that keeps what it encoded in a file, by hash of the text: a second run encodes nothing."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._path = folder / f"{encoder.fingerprint}.npz"
        self._known: dict[bytes, np.ndarray] = {}
        if self._path.exists():
            stored = np.load(self._path)
            self._known = dict(zip(map(bytes, stored["keys"]), stored["vectors"], strict=True))
        self._kept = len(self._known)

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimensions(self) -> int:
        return self._encoder.dimensions

    @property
    def fingerprint(self) -> str:
        return self._encoder.fingerprint

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encoder.encode_queries(texts)

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        keys = [_key(text) for text in texts]
        missing = list(dict.fromkeys(text for text, key in zip(texts, keys, strict=True) if key not in self._known))
        if missing:
            vectors = self._encoder.encode_documents(missing).astype(np.float16)
            self._known.update(zip(map(_key, missing), vectors, strict=True))
        if progress is not None:
            progress(len(texts))
        return np.stack([self._known[key] for key in keys]).astype(np.float32)

    def save(self) -> None:
        """Write what is new."""
        if len(self._known) > self._kept:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            keys = np.frombuffer(b"".join(self._known), np.uint8).reshape(len(self._known), -1)
            np.savez(self._path, keys=keys, vectors=np.stack(list(self._known.values())))
            self._kept = len(self._known)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def site_of(directory: Path) -> Installation:
    """An installation whose home is this directory."""
    return Installation(Settings(), Home(directory).open())


def demo_listings(site: Installation, *, listings: int, seed: int) -> Iterator[Listing]:
    """The demo catalog with what is true of every listing, and the suppliers' credit."""
    for each, supplier in credited_listings(site, listings=listings, seed=seed):
        yield Listing(offer=each.offer, supplier=supplier, leaf_id=each.leaf_id, facts=each.facts)


def title_offers(titles: Sequence[str]) -> list[tuple[Offer, Supplier | None]]:
    """Listings of which only the title is known, ids ``t0`` upwards."""
    return [(Offer(offer_id=f"t{number}", title=title), None) for number, title in enumerate(titles)]


def build_index(
    site: Installation, listings: Iterable[tuple[Offer, Supplier | None]], *, total: int, vectors: Path
) -> None:
    """Index these listings, text and vectors."""
    say(site.encoder.reason)
    source = iter(listings)
    with site.store.rebuild(vector_space=site.vector_space) as writer, progress("文本索引", total) as advance:
        while batch := list(islice(source, BATCH)):
            writer.apply(site.assembler.documents(batch))
            advance(len(batch))
        writer.commit(feed_cursor=0)
    if site.encoder.encoder is None:
        return
    encoder = RememberedVectors(site.encoder.encoder, vectors)
    with site.store.writer() as writer, progress("向量", total) as advance:
        encode_pending(writer, encoder, chunk=4_096, progress=advance)
        writer.publish_vectors()
    encoder.save()


def demo_home(directory: Path, *, listings: int, seed: int, vectors: Path) -> tuple[Installation, list[Listing]]:
    """A home whose index holds the demo catalog, and what is true of its listings; kept for the next run.

    The truth is stored beside the index: the generator may change between two runs, the pair never parts.
    """
    site = site_of(directory)
    truth = directory / f"truth-{listings}-{seed}.pickle"
    if truth.exists():
        made: list[Listing] = pickle.loads(truth.read_bytes())
    else:
        made = list(demo_listings(site, listings=listings, seed=seed))
        truth.write_bytes(pickle.dumps(made))
    if not site.store.exists():
        build_index(site, [(one.offer, one.supplier) for one in made], total=listings, vectors=vectors)
    return site, made
