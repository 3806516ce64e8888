"""What each request pays for the way the doors are built."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from pifa.asgi import application
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from web.routing import PrefixedRouter


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, shared_knowledge: None) -> FastAPI:
    home = tmp_path_factory.mktemp("doors") / "home"
    return application(Installation(Settings(encoder="none", offline=True), Home(home).open()))


def calls_of(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for each in dependant.dependencies:
        if each.call is not None:
            yield each.call
        yield from calls_of(each)


def is_coroutine(call: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(getattr(call, "__call__", None))  # noqa: B004


def test_no_dependency_is_handed_to_a_thread(app: FastAPI) -> None:
    routes = [route for route in iter_route_contexts(app.routes) if getattr(route, "dependant", None) is not None]
    calls = {call for route in routes for call in calls_of(route.dependant)}
    assert len(calls) > 20
    assert sorted(getattr(call, "__qualname__", repr(call)) for call in calls if not is_coroutine(call)) == []


def test_every_router_with_a_prefix_looks_at_it_first(app: FastAPI) -> None:
    routers = [route.original_router for route in app.routes if hasattr(route, "original_router")]
    prefixed = [router for router in routers if router.prefix]
    assert len(prefixed) > 20
    assert [router.prefix for router in prefixed if not isinstance(router, PrefixedRouter)] == []
