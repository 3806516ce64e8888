"""``pifa follow``: the one process that writes the index."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import structlog
import typer

from catalog_service.service import Record
from indexer.follow import Follower
from pifa import chores
from pifa.commands.console import HomeOption, say
from pifa.commands.rebuild import build_index
from pifa.handover import writer_wanted
from pifa.wiring import Installation, installation
from search_engine.port import EngineAway, EngineRefused, IndexWriter, WriterBusy

log = structlog.get_logger(__name__)
PARENT_SECONDS = 0.5
STANDBY_SECONDS = 1.0  # a second follower stands by; when the first dies it takes over within this time


def follow(
    home: HomeOption = None,
    parent: Annotated[int | None, typer.Option("--parent", hidden=True, help="随此进程一同结束")] = None,
) -> None:
    """Follow the record until told to stop; stands by while another process holds the writer."""
    site = installation(home)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent is not None:
        threading.Thread(target=_stop_without, args=(parent, stop), daemon=True).start()
    with site.record() as record:
        started = chores.start(chores.of_the_follower(record), stop)
        load_before_writing(site)
        say("索引跟随进程已启动")
        waits = ""
        while not stop.is_set():
            if not writer_wanted(site.home):
                waits = _follow_if_there(site, record, stop, said=waits, of_a_site=parent is not None)
            stop.wait(STANDBY_SECONDS)
        chores.leave(started)


def load_before_writing(site: Installation) -> None:
    """What takes seconds to load is loaded before the writer is taken: others may write meanwhile."""
    site.analyzer.warm()
    _ = site.assembler, site.encoder


def _stop_without(parent: int, stop: threading.Event) -> None:
    """Stop when the process that started this one is gone: a follower left alone would hold the writer for ever."""
    while os.getppid() == parent and not stop.wait(PARENT_SECONDS):
        pass
    stop.set()


def _follow_if_there(site: Installation, record: Record, stop: threading.Event, *, said: str, of_a_site: bool) -> str:
    """Follow until the engine is away: the caller comes back. Gives why it is away, which is said once. An engine that
    refuses us ends the command, unless a site started it: the site is up, says why, and would only start it again."""
    try:
        follow_while_writer(site, record, stop)
    except EngineAway as away:
        if isinstance(away, EngineRefused) and not of_a_site:
            raise
        if away.message != said:
            log.warning("follower_waits", reason=away.message)
        return away.message
    return ""


def follow_while_writer(site: Installation, record: Record, stop: threading.Event) -> None:
    """Follow until told to stop or another process asks for the writer; raises EngineAway. Builds the index when there
    is none."""
    try:
        if not site.store.exists():
            build_index(site, record)
        with site.store.writer() as writer:
            follower = make_follower(site, record, writer)
            let_go = threading.Event()
            watcher = threading.Thread(target=_watch, args=(site, stop, let_go), daemon=True)
            watcher.start()
            follower.run(let_go)
    except WriterBusy as busy:
        log.info("follower_stands_by", reason=busy.message)


def make_follower(site: Installation, record: Record, writer: IndexWriter) -> Follower:
    """A follower whose encoder is the index's own, or none when another is in use."""
    space = site.store.reader().status().vector_space
    same = space is not None and site.vector_space is not None and space.fingerprint == site.vector_space.fingerprint
    return Follower(
        feed=record.changes,
        writer=writer,
        applier=site.applier(record),
        encoder=site.encoder.encoder if same else None,
    )


def _watch(site: Installation, stop: threading.Event, let_go: threading.Event) -> None:
    while not stop.wait(0.2) and not writer_wanted(site.home):
        pass
    let_go.set()
