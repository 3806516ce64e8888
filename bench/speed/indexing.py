"""How fast listings are indexed: text, static vectors, the graph, BGE beside bare onnxruntime."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bench.speed.corpus import make_corpus, read_corpus
from bench.speed.homes import BATCH, ENCODE_CHUNK, NO_GRAPH, BenchHome
from indexer.encode import encode_pending
from kernel.errors import Unavailable
from search_engine.embedded.store import EmbeddedStore
from search_engine.plan import LexicalQuery, Plan, Term
from search_engine.port import IndexWriter, VectorSpace
from text_analysis.encoders.bge import BATCH_TEXTS, TOKENS_MAX, BgeEncoder
from text_analysis.encoders.fetch import find_bge
from text_analysis.encoders.port import Encoder

INDEXED_MAX = 100_000  # enough for a steady rate; a million adds nothing but minutes
BGE_TITLES = 2_000


@dataclass(slots=True)
class _Stopwatch:
    """Seconds by name: of the wall, and of all threads of the process."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - cpu


def indexing(home: BenchHome) -> dict[str, Any]:
    """Rates in listings a second over the first hundred thousand of the corpus, which is read before the clock runs."""
    make_corpus(home.site, home.corpus, listings=home.listings, seed=home.seed)
    scratch = home.work / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        return _indexing(home, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _indexing(home: BenchHome, scratch: Path) -> dict[str, Any]:
    site, watch = home.site, _Stopwatch()
    encoder = site.encoder.encoder
    assert encoder is not None  # the static student ships with the product
    store = EmbeddedStore(scratch, NO_GRAPH)
    listings = 0
    with store.rebuild(vector_space=site.vector_space) as writer:
        for batch in read_corpus(home.corpus, batch=BATCH, limit=min(home.listings, INDEXED_MAX)):
            with watch.time("assemble"):
                documents = site.assembler.documents(batch)
            with watch.time("write"):
                writer.apply(documents)
            listings += len(batch)
        with watch.time("commit"):
            writer.commit(feed_cursor=0)
    before = _searchable_without_vectors(store)
    with store.writer() as writer:
        with watch.time("static_vectors"):
            encode_pending(writer, encoder, chunk=ENCODE_CHUNK)
        with watch.time("publish_vectors"):
            writer.publish_vectors()
    with EmbeddedStore(scratch).writer() as writer, watch.time("graph"):
        writer.publish_vectors()
    text = watch.wall["assemble"] + watch.wall["write"] + watch.wall["commit"]
    vectors = watch.wall["static_vectors"] + watch.wall["publish_vectors"]
    return {
        "listings": listings,
        "seconds": {name: round(seconds, 2) for name, seconds in watch.wall.items()},
        "cpu_us_a_listing": {name: round(seconds / listings * 1e6, 1) for name, seconds in watch.cpu.items()},
        "per_second": {
            "text": round(listings / text),
            "static_vectors": round(listings / vectors),
            "text_and_static_vectors": round(listings / (text + vectors)),
            "graph": round(listings / watch.wall["graph"]),
            "text_static_vectors_and_graph": round(listings / (text + vectors + watch.wall["graph"])),
        },
        "before_vectors": before,
        "bytes_on_disk": sum(path.stat().st_blocks * 512 for path in scratch.rglob("*") if path.is_file()),
    }


def _searchable_without_vectors(store: EmbeddedStore) -> dict[str, int]:
    """What a reader finds between text and vectors."""
    reader = store.reader()
    found = reader.search(Plan(lexical=LexicalQuery(characters=(Term("货"),)), limit=1))
    return {"vectors_pending": found.vectors_pending, "found": found.total}


def bge_beside_onnxruntime(home: BenchHome) -> dict[str, Any]:
    """Titles a second: the whole indexing of vectors by BGE, beside the bare network on the same batches."""
    try:
        files = find_bge(models_dir=home.work / "models")
    except Unavailable as error:
        return {"left_out": error.message}
    titles = [offer.title for batch in read_corpus(home.corpus, batch=BATCH, limit=BGE_TITLES) for offer, _ in batch]
    threads = onnxruntime.SessionOptions().intra_op_num_threads
    bare = _bare_seconds(str(files.model), files.tokenizer, titles, threads)
    encoder = BgeEncoder(files, threads=threads)
    encoder.encode_documents(titles[:BATCH_TEXTS])
    ours = _indexed_seconds(home, encoder, titles)
    again = _bare_seconds(str(files.model), files.tokenizer, titles, threads)
    bare = min(bare, again)
    return {
        "titles": len(titles),
        "indexed_per_second": round(len(titles) / ours, 1),
        "bare_onnxruntime_per_second": round(len(titles) / bare, 1),
        "share_of_bare": round(bare / ours, 3),
    }


def _bare_seconds(model: str, tokenizer: Path, titles: Sequence[str], threads: int) -> float:
    """The network alone, on batches that were cut, sorted by length and padded before the clock runs."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    wanted = {put.name for put in session.get_inputs()}
    cutter = Tokenizer.from_file(str(tokenizer))
    cutter.no_padding()
    cutter.enable_truncation(TOKENS_MAX)
    ids = sorted((encoding.ids for encoding in cutter.encode_batch(list(titles))), key=len)
    batches = [_padded(ids[start : start + BATCH_TEXTS]) for start in range(0, len(ids), BATCH_TEXTS)]
    feeds = [{name: batch[name] for name in wanted} for batch in batches]
    session.run(None, feeds[0])
    started = time.perf_counter()
    for feed in feeds:
        session.run(None, feed)
    return time.perf_counter() - started


def _padded(ids: Sequence[Sequence[int]]) -> dict[str, np.ndarray]:
    tokens = np.zeros((len(ids), len(ids[-1])), np.int64)
    mask = np.zeros_like(tokens)
    for row, each in enumerate(ids):
        tokens[row, : len(each)] = each
        mask[row, : len(each)] = 1
    return {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}


def _indexed_seconds(home: BenchHome, encoder: Encoder, titles: Sequence[str]) -> float:
    """From committed text to published vectors."""
    scratch = home.work / "scratch-bge"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    store = EmbeddedStore(scratch)
    space = VectorSpace(fingerprint=encoder.fingerprint, dimensions=encoder.dimensions)
    with store.rebuild(vector_space=space) as writer:
        _write_titles(home, writer, len(titles))
    with store.writer() as writer:
        started = time.perf_counter()
        encode_pending(writer, encoder)
        writer.publish_vectors()
        seconds = time.perf_counter() - started
    shutil.rmtree(scratch, ignore_errors=True)
    return seconds


def _write_titles(home: BenchHome, writer: IndexWriter, count: int) -> None:
    for batch in read_corpus(home.corpus, batch=BATCH, limit=count):
        writer.apply(home.site.assembler.documents(batch))
    writer.commit(feed_cursor=0)
