"""The peers on the same titles and queries, in process, one client."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from bench.speed.corpus import read_corpus
from bench.speed.homes import BATCH, BenchHome
from bench.speed.peers import PEERS, Peer
from bench.speed.peers.port import PeerQuery
from bench.speed.search import measured_requests
from pifa.commands.console import say
from pifa.measure import Timing, speed_of
from search_api.parts import Parts
from search_api.requests import SearchRequest
from search_engine.documents import IndexDocument
from search_engine.vectors.file import VectorFile

BUILD_SECONDS_MAX = 540.0  # a peer that takes longer to build is left out and named


def beside(home: BenchHome, *, searches: int, names: Sequence[str] = tuple(PEERS)) -> dict[str, Any]:
    """By peer: how long it took to build, and the speed of every class that it can answer."""
    parts = home.site.search_parts(home.site.store.reader())
    queries = {
        name: [peer_query(parts, request) for request in asked]
        for name, asked in measured_requests(parts, searches=searches).items()
    }
    return {name: _measure(home, name, queries) for name in names}


def _measure(home: BenchHome, name: str, queries: Mapping[str, Sequence[PeerQuery]]) -> dict[str, Any]:
    folder = home.work / f"peer-{name}-{home.listings}-{home.seed}"
    stamp = folder / "built_seconds"
    peer: Peer = PEERS[name](folder)
    if not stamp.exists():
        say(f"{name}: {home.listings:,} 条")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        started = time.perf_counter()
        peer.build(documents_with_vectors(home))
        stamp.write_text(f"{time.perf_counter() - started:.1f}")
    peer.open()
    classes = {}
    for label, asked in queries.items():
        answered = [query for query in asked if peer.answers(query)]
        for query in answered[: len(answered) // 10]:
            peer.search(query)
        speed = speed_of([_timed(peer, query) for query in answered])
        classes[label] = asdict(speed) if speed else None
    return {"build_seconds": float(stamp.read_text()), "classes": classes}


def _timed(peer: Peer, query: PeerQuery) -> Timing:
    started = time.perf_counter()
    count = peer.search(query)
    return Timing(milliseconds=(time.perf_counter() - started) * 1000, rule="", total=count)


def documents_with_vectors(home: BenchHome) -> Iterator[tuple[list[IndexDocument], np.ndarray]]:
    """The corpus as Pifa cut it, with the vectors that its index holds: rows are in the order of the corpus."""
    manifest = home.site.store.reader().status()
    assert manifest.vector_space is not None
    directory = home.site.home.index / manifest.generation
    vectors = VectorFile(directory, dimensions=manifest.vector_space.dimensions, writable=False)
    row = 0
    for batch in read_corpus(home.corpus, batch=BATCH, limit=home.listings):
        documents = home.site.assembler.documents(batch)
        yield documents, vectors.get(np.arange(row, row + len(documents)))
        row += len(documents)


def peer_query(parts: Parts, request: SearchRequest) -> PeerQuery:
    """What Pifa understands of a request, as the peers are asked."""
    analysis = parts.analyzer.query(request.q)
    required = [word for word in analysis.words if word.required] or list(analysis.words)
    vector = None
    if parts.encoder is not None and analysis.text:
        vector = np.ascontiguousarray(parts.encoder.encode_queries([analysis.text])[0], dtype=np.float32)
    return PeerQuery(
        words=[token for word in analysis.words for token in word.tokens or (word.text,)],
        characters=[token for word in required for token in word.characters],
        bigrams=analysis.bigrams,
        vector=vector,
        category=request.category[0] if request.category else "",
        region=request.region[0] if request.region else "",
        price_max_fen=request.price_max_fen,
    )
