"""Routers that know where their paths begin answer as FastAPI's own do."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.testclient import TestClient
from starlette.types import Scope

from web.routing import PrefixedRouter

REQUESTS = [
    ("GET", "/api/things", 200),
    ("GET", "/api/things/", 200),  # sent on to the path without the slash
    ("GET", "/api/things/7", 200),
    ("DELETE", "/api/things/7", 405),
    ("GET", "/api/things/7/parts", 404),
    ("GET", "/api/thing", 404),
    ("GET", "/api/thingsome", 200),  # of another router, whose paths begin alike
    ("GET", "/api/boxes/7/lids", 200),  # with an id in the prefix
    ("GET", "/api/boxes/7/lid", 404),
    ("GET", "/other", 200),
    ("GET", "/", 404),
]


def site(kind: type[APIRouter]) -> FastAPI:
    things, others, plain = kind(prefix="/api/things"), kind(prefix="/api/thingsome"), APIRouter()
    boxes = kind(prefix="/api/boxes/{box}/lids")
    app = FastAPI()

    @things.get("")
    def every() -> str:
        return "every"

    @things.get("/{number}")
    def one(number: int) -> int:
        return number

    @others.get("")
    def some() -> str:
        return "some"

    @boxes.get("")
    def lids(box: int) -> int:
        return box

    @plain.get("/other")
    def other() -> str:
        return "other"

    for router in (things, others, boxes, plain):
        app.include_router(router)
    return app


@pytest.mark.parametrize(("method", "path", "status"), REQUESTS)
@pytest.mark.parametrize("root", ["", "/shop"])
def test_it_answers_what_fastapis_own_router_answers(root: str, method: str, path: str, status: int) -> None:
    ours, theirs = (
        TestClient(site(kind), root_path=root).request(method, f"{root}{path}") for kind in (PrefixedRouter, APIRouter)
    )
    assert (ours.status_code, ours.text) == (theirs.status_code, theirs.text)
    assert ours.status_code == status


def test_routes_under_another_prefix_are_not_looked_at() -> None:
    looked: list[str] = []

    class Noting(APIRoute):
        def matches(self, scope: Scope) -> tuple[Match, Scope]:
            looked.append(self.path)
            return super().matches(scope)

    app = FastAPI()
    for name in ("a", "b", "c"):
        router = PrefixedRouter(prefix=f"/{name}", route_class=Noting)
        router.add_api_route("", lambda: "here")
        app.include_router(router)
    assert TestClient(app).get("/b").json() == "here"
    assert set(looked) == {"/b"}
