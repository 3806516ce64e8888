"""Homes to measure in: an index over so many listings of the demo catalog, made once and kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.speed.corpus import make_corpus, read_corpus
from indexer.encode import encode_pending
from pifa.commands.console import progress, say
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from search_engine.embedded.options import EmbeddedOptions
from search_engine.embedded.store import EmbeddedStore
from search_engine.port import IndexStore
from search_engine.vectors.options import VectorOptions

BATCH = 4_000  # listings a batch, as a rebuild scans them
ENCODE_CHUNK = 4_096
NO_GRAPH = EmbeddedOptions(vectors=VectorOptions(graph_from=1 << 40))
# Each step is a few minutes at a million listings; a run that was stopped goes on with the next one.
STEPS = ("corpus", "text", "vectors", "graph")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchHome:
    """One home of the benchmark: its installation, how many listings, by which seed."""

    site: Installation
    work: Path
    listings: int
    seed: int

    @property
    def corpus(self) -> Path:
        return self.work / f"corpus-{self.listings}-{self.seed}"

    @property
    def built(self) -> Path:
        return self.site.home.directory / "built.json"


def bench_home(work: Path, *, listings: int, seed: int) -> BenchHome:
    """The home of this size under ``work``; not built yet when it is new."""
    site = site_of(work / f"home-{listings}-{seed}", encoder="static")
    return BenchHome(site=site, work=work, listings=listings, seed=seed)


def site_of(directory: Path, *, encoder: str) -> Installation:
    """An installation whose home is this directory, whatever the environment says."""
    settings = Settings().model_copy(update={"encoder": encoder, "home": directory})
    return Installation(settings, Home(directory).open())


def build(home: BenchHome) -> dict[str, Any]:
    """Build what the home lacks; gives the seconds that each step took, whenever it was."""
    seconds: dict[str, Any] = msgspec.json.decode(home.built.read_bytes()) if home.built.exists() else {}
    for step in STEPS:
        if step in seconds:
            continue
        say(f"{home.listings:,} 条：{step}")
        started = time.perf_counter()
        _STEPS[step](home)
        seconds[step] = round(time.perf_counter() - started, 2)
        home.built.write_bytes(msgspec.json.encode(seconds))
    return seconds


def write_text(home: BenchHome, store: IndexStore) -> None:
    """Assemble and index the whole corpus as a new generation of ``store``."""
    site = home.site
    making = store.rebuild(vector_space=site.vector_space, expected=home.listings)
    with making as writer, progress("文本", home.listings) as advance:
        for batch in read_corpus(home.corpus, batch=BATCH, limit=home.listings):
            writer.apply(site.assembler.documents(batch))
            advance(len(batch))
        writer.commit(feed_cursor=0)
        writer.optimise()


def write_vectors(home: BenchHome, store: IndexStore) -> None:
    """Encode what has no vector yet and publish, with a graph where the store's options call for one."""
    encoder = home.site.encoder.encoder
    if encoder is None:
        raise RuntimeError("the benchmark needs the static student of data/encoder")
    with store.writer() as writer, progress("向量", home.listings) as advance:
        encode_pending(writer, encoder, chunk=ENCODE_CHUNK, progress=advance)
        writer.publish_vectors()


def write_graph(home: BenchHome, store: IndexStore) -> None:
    """Build the graph over the stored vectors."""
    with store.writer() as writer:
        writer.publish_vectors()


def _store(home: BenchHome, options: EmbeddedOptions | None = None) -> EmbeddedStore:
    return EmbeddedStore(home.site.home.directory, options)


_STEPS = {
    "corpus": lambda home: make_corpus(home.site, home.corpus, listings=home.listings, seed=home.seed),
    "text": lambda home: write_text(home, _store(home, NO_GRAPH)),
    "vectors": lambda home: write_vectors(home, _store(home, NO_GRAPH)),
    "graph": lambda home: write_graph(home, _store(home)),
}
