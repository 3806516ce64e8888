"""``pifa rebuild``."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.service import Record
from indexer.encode import encode_pending
from pifa.commands.console import HomeOption, progress, say
from pifa.handover import writer_handed_over
from pifa.wiring import Installation, installation


def rebuild(
    home: HomeOption = None,
    vectors: Annotated[bool, typer.Option("--vectors/--no-vectors", help="建好文本索引后随即计算向量")] = True,
) -> None:
    """Text first, then the swap, then vectors; the old index serves until the swap."""
    site = installation(home)
    with site.record() as record, writer_handed_over(site.home, site.store):
        build_index(site, record)
        if vectors:
            build_vectors(site)


def build_index(site: Installation, record: Record) -> int:
    """Build and publish the text index; gives how many listings."""
    say(site.encoder.reason)
    total = record.catalog.live_count()
    with progress("文本索引", total) as advance:
        return site.rebuilder(record).rebuild(vector_space=site.vector_space, progress=advance)


def build_vectors(site: Installation) -> None:
    """Vectors of everything that has none yet, with a progress bar."""
    encoder, status = site.encoder.encoder, site.store.reader().status()
    if encoder is None or not status.vectors_pending or status.vector_space != site.vector_space:
        return
    with site.store.writer() as writer:
        pending = status.vectors_pending
        with progress("向量", pending) as advance:
            encode_pending(writer, encoder, progress=advance)
        writer.publish_vectors()
