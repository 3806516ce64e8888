"""From publish to searchable: over HTTP against the running site, idle and while a bulk import lands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import msgspec
import numpy as np

from bench.speed.corpus import Listing, make_corpus, read_corpus
from bench.speed.homes import BATCH, BenchHome, site_of
from bench.speed.server import Server, served
from pifa.commands.demo_data import fill_record
from pifa.commands.rebuild import build_index, build_vectors
from pifa.wiring import Installation

RECORD_LISTINGS = 20_000
IMPORTED = 60_000
PUBLISHED_IDLE, PUBLISHED_BUSY_MAX = 20, 40
WAIT_S = 30.0
PAUSE_S = 0.05


def publishing(home: BenchHome) -> dict[str, Any]:
    """Seconds until a search finds what a person published, idle and during an import of many more."""
    directory = home.work / "home-publishing"
    shutil.rmtree(directory, ignore_errors=True)
    site = site_of(directory, encoder="static")
    _fill(site, home.seed)
    imported = min(IMPORTED, home.listings)
    file = directory / "import.jsonl"
    make_corpus(home.site, home.corpus, listings=home.listings, seed=home.seed)
    with file.open("wb") as out:
        for batch in read_corpus(home.corpus, batch=BATCH, limit=imported):
            out.writelines(_line(listing) for listing in batch)
    with served(directory, workers=1, follower=True) as server:
        key = site.home.admin_key.read_text("ascii").strip()
        idle = [_publish_and_find(server, key, f"idle{number}") for number in range(PUBLISHED_IDLE)]
        busy, seconds = _while_importing(server, key, site, str(file))
    shutil.rmtree(directory, ignore_errors=True)
    return {
        "record_listings": RECORD_LISTINGS,
        "imported": imported,
        "idle": _spread(idle),
        "during_import": _spread(busy),
        "import_seconds_until_searchable": round(seconds, 1),
    }


def _fill(site: Installation, seed: int) -> None:
    with closing(site.open_record()) as record:
        fill_record(site, record, listings=RECORD_LISTINGS, seed=seed)
        build_index(site, record)
    build_vectors(site)


def _line(listing: Listing) -> bytes:
    """The offer as a line of an import file, under an id of its own."""
    offer = listing[0]
    row = {"offer_id": f"i{offer.offer_id}", "title": offer.title, "category_id": offer.category_id, "moq": offer.moq}
    return msgspec.json.encode(row) + b"\n"


def _while_importing(server: Server, key: str, site: Installation, file: str) -> tuple[list[float], float]:
    command = [sys.executable, "-m", "pifa", "import", file, "--home", str(site.home.directory)]
    started = time.perf_counter()
    importing = subprocess.Popen(
        command, env={**os.environ, "PIFA_ENCODER": "static"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(2)  # let it load and begin
    busy: list[float] = []
    while importing.poll() is None:
        if len(busy) < PUBLISHED_BUSY_MAX:
            busy.append(_publish_and_find(server, key, f"busy{len(busy)}"))
        time.sleep(PAUSE_S)
    return busy, time.perf_counter() - started


def _publish_and_find(server: Server, key: str, name: str) -> float:
    """Publish an offer with a word of its own, then search for it until it is there; seconds since the publication."""
    word = f"zz{name}x"
    body = json.dumps({"offer_id": f"bench-{name}", "title": f"加厚保温杯 {word} 现货"}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/offers",
        data=body,
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"bench-{name}-{time.time_ns()}",
        },
    )
    with urllib.request.urlopen(request, timeout=WAIT_S):
        published = time.perf_counter()
    url = f"http://127.0.0.1:{server.port}/api/v1/search?{urlencode({'q': word, 'size': 1, 'repair': 'false'})}"
    while time.perf_counter() - published < WAIT_S:
        with urllib.request.urlopen(url, timeout=WAIT_S) as answer:
            hits = json.load(answer)["hits"]
        if any(hit["offer_id"] == f"bench-{name}" for hit in hits):
            return time.perf_counter() - published
        time.sleep(0.01)
    return WAIT_S


def _spread(seconds: Sequence[float]) -> dict[str, Any]:
    if not seconds:
        return {"published": 0}
    return {
        "published": len(seconds),
        "p50_s": round(float(np.median(seconds)), 3),
        "max_s": round(max(seconds), 3),
        "within_a_second": round(sum(each <= 1.0 for each in seconds) / len(seconds), 3),
    }
