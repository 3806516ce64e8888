"""The catalog that everything is measured on: generated once, kept in parts, read back in no time."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench.demo import credited_listings
from kernel.offers import Offer, Supplier
from pifa.commands.console import progress
from pifa.wiring import Installation

Listing = tuple[Offer, Supplier | None]
PART = 20_000  # listings a file: 20 MB


def make_corpus(site: Installation, folder: Path, *, listings: int, seed: int) -> None:
    """Write what is missing; a run that was stopped goes on after its last whole part."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = -(-listings // PART)
    there = sum(_part(folder, number).exists() for number in range(parts))
    if there == parts:
        return
    source = demo_listings(site, listings=listings, seed=seed)
    with progress("示例货品", listings) as advance:
        for number in range(parts):
            part = list(islice(source, PART))
            if number >= there:
                draft = folder / "part.new"
                draft.write_bytes(pickle.dumps(part, protocol=pickle.HIGHEST_PROTOCOL))
                draft.rename(_part(folder, number))
            advance(len(part))


def read_corpus(folder: Path, *, batch: int, limit: int | None = None) -> Iterator[list[Listing]]:
    """Batches in order, at most ``limit`` listings; only what ``make_corpus`` wrote is ever unpickled."""
    left = limit if limit is not None else 1 << 60
    for path in sorted(folder.glob("part-*.pickle")):
        part: list[Listing] = pickle.loads(path.read_bytes())
        for start in range(0, min(len(part), left), batch):
            yield part[start : min(start + batch, left)]
        left -= len(part)
        if left <= 0:
            return


def demo_listings(site: Installation, *, listings: int, seed: int) -> Iterator[Listing]:
    """The demo catalog as the indexer reads it: offers with their suppliers and those suppliers' credit."""
    for each, supplier in credited_listings(site, listings=listings, seed=seed):
        yield each.offer, supplier


def _part(folder: Path, number: int) -> Path:
    return folder / f"part-{number:04}.pickle"
