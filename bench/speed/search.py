"""Search in process and over HTTP: one and eight clients, every query new, only its vector known."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bench.speed.homes import BenchHome
from bench.speed.http_client import ask_all, path_of
from bench.speed.server import Server, served
from pifa.commands.bench import summary
from pifa.measure import CLASSES, Timing, draw_requests, time_searches, warm_vectors
from pifa.memory import settle
from search_api.parts import Parts
from search_api.requests import SearchRequest
from search_api.service import SearchService

CLIENTS = (1, 8)
WARM_SEED, MEASURED_SEED = 1, 2  # warming up asks other queries than those that are timed
WORKERS = 2
HTTP_SECONDS_MAX = 60.0
MIX = "mix"  # all classes in turn: what throughput means


class _Body(msgspec.Struct):
    """The part of an answer that the measurement reads."""

    rule: str
    total: int


def in_process(home: BenchHome, *, searches: int) -> dict[str, Any]:
    """By number of clients and query class. A fresh reader for each, so that nothing is remembered but the vectors."""
    return {f"clients_{clients}": _in_process(home, searches=searches, clients=clients) for clients in CLIENTS}


def _in_process(home: BenchHome, *, searches: int, clients: int) -> dict[str, Any]:
    parts = home.site.search_parts(home.site.store.reader())
    service = SearchService(parts)
    service.warm_up()
    _warm(parts, service, searches)
    settle()
    first_rule = parts.matching.rules[0].name
    requests = measured_requests(parts, searches=searches)
    measured = {}
    for name, asked in requests.items():
        warm_vectors(parts, asked)
        timings, seconds = time_searches(service, asked, clients=clients)
        measured[name] = summary(timings, seconds, first_rule)
    return measured


def measured_requests(parts: Parts, *, searches: int) -> Mapping[str, Sequence[SearchRequest]]:
    """The timed requests of every class, the same for every run and peer."""
    return draw_requests(parts, per_class=searches, seed=MEASURED_SEED)


def over_http(home: BenchHome, *, searches: int) -> dict[str, Any]:
    """Against ``pifa serve`` with two workers on the loopback; start-up and memory besides."""
    parts = home.site.search_parts(home.site.store.reader())
    first_rule = parts.matching.rules[0].name
    warm = draw_requests(parts, per_class=max(searches // 4, 10), seed=WARM_SEED)
    requests = dict(measured_requests(parts, searches=searches))
    fresh = draw_requests(parts, per_class=searches * 2, seed=MEASURED_SEED + 1)
    requests[MIX] = [request for turn in zip(*fresh.values(), strict=False) for request in turn]
    measured: dict[str, Any] = {"workers": WORKERS, "cores": os.cpu_count()}
    for clients in CLIENTS:
        with served(home.site.home.directory, workers=WORKERS, follower=False) as server:
            ask_all(server.port, [path_of(r) for asked in warm.values() for r in asked], clients=8, seconds_max=60)
            measured[f"clients_{clients}"] = {
                name: _ask(server, asked, clients, first_rule) for name, asked in requests.items()
            }
            measured["start_seconds"] = server.start_seconds
            measured["memory_mb"] = server.memory_mb()
    return measured


def _ask(server: Server, requests: Sequence[SearchRequest], clients: int, first_rule: str) -> dict[str, Any]:
    paths = [path_of(request) for request in requests]
    answers, seconds = ask_all(server.port, paths, clients=clients, seconds_max=HTTP_SECONDS_MAX)
    timings = []
    for answer in answers:
        body = msgspec.json.decode(answer.body, type=_Body)
        timings.append(Timing(milliseconds=answer.milliseconds, rule=body.rule, total=body.total))
    return summary(timings, seconds, first_rule)


def _warm(parts: Parts, service: SearchService, searches: int) -> None:
    """Bring the files into memory and the code into its caches with other queries of every class."""
    requests = draw_requests(parts, per_class=max(searches // 4, 10), seed=WARM_SEED)
    for name in CLASSES:
        time_searches(service, requests[name])
