"""``pifa rebuild``."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.service import Record
from indexer.encode import encode_pending
from indexer.prepared.use import PreparedListings
from pifa.analysis import note_analysis
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
    say_prepared(site.prepared)
    total = record.catalog.live_count()
    with progress("文本索引", total) as advance:
        built = site.rebuilder(record).rebuild(vector_space=site.vector_space, progress=advance)
    note_analysis(site.home.analysis_note, generation=built.generation, data=site.data)
    return built.documents


def say_prepared(prepared: PreparedListings) -> None:
    """What ``pifa prepare`` left for this, when it left anything."""
    if prepared.count:
        say(f"已预制 {prepared.count:,} 条，未变的直接使用")
    if prepared.damaged:
        say(f"[yellow]{prepared.damaged:,} 个预制分区已损坏，不使用；pifa prepare 会重做[/]")


def build_vectors(site: Installation) -> None:
    """Vectors of everything that has none yet, with a progress bar."""
    encoder, status = site.document_encoder, site.store.reader().status()
    if encoder is None or not status.vectors_pending or status.vector_space != site.vector_space:
        return
    with site.store.writer() as writer:
        pending = status.vectors_pending
        with progress("向量", pending) as advance:
            encode_pending(writer, encoder, progress=advance)
        writer.publish_vectors()
