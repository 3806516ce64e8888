"""The matrix of routes and callers, made from the routes of the real application: a route under /api/v1 without a guard
fails, a guard that was changed shows in ``access.tsv``, and what the table says is what callers get.

After a deliberate change ``python -m tests.api.test_access`` writes the table anew.
"""

from __future__ import annotations

import itertools
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from catalog_service.domain.companies.address import Address
from catalog_service.domain.companies.credentials import SCOPES
from catalog_service.domain.companies.members import COMPANY_ROLES
from kernel.clock import FixedClock
from pifa.asgi import application
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation
from tests.catalog_service.house import rows
from tests.catalog_service.town import SELF, Person, Town
from web.access import Guard

TABLE = Path(__file__).parent / "access.tsv"
# What anybody may name; and what belongs to a company, so that another's people hear that it is not there.
PUBLIC_IDS = {"offer_id", "supplier_id", "category_id", "company_id", "digest", "name", "gateway", "side"}
CART_TOKEN = "0PN5J17HBGZHT7JJ3X82Ug"  # a visitor's; those who are signed in have carts of their own
OWN_IDS = {"member_id", "address_id", "verification_id", "document_id", "key_id", "session_id"}
# Of an order, which two companies share, and of what a seller keeps: their own tests ask as strangers
# (``test_order_http``, ``test_trade_http``), since both sides of an order see it. A transfer is the market's alone.
SHARED_IDS = {
    "order_id",
    "refund_id",
    "payment_id",
    "payout_id",
    "edit_id",
    "group_id",
    "target_id",
    "template_id",
    "transfer_id",
    "sku_id",
}
ROLES = sorted(str(role) for role in COMPANY_ROLES)
NOBODY, MARKET = ("anonymous",), ("staff", "administrator")
COMPANY = tuple(f"{role} of {whose}" for whose in ("a", "b") for role in ROLES)
KEYS = tuple(f"key {kind} {scope}" for kind in ("with", "without") for scope in sorted(SCOPES))
CALLERS = (*NOBODY, *COMPANY, *MARKET, *KEYS)


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    guards: tuple[Guard, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def ids(self) -> set[str]:
        return set(re.findall(r"{(\w+)}", self.path))

    @property
    def line(self) -> str:
        guard = self.guards[0]
        factor = "second factor" if guard.second_factor else "-"
        return "\t".join([self.method, self.path, " ".join(sorted(guard.roles)), guard.scope or "-", factor])


def routes_of(app: FastAPI) -> list[Route]:
    found = []
    for route in iter_route_contexts(app.routes):
        if not (route.path or "").startswith("/api/"):
            continue
        guards = tuple(each.call for each in route.dependant.dependencies if isinstance(each.call, Guard))
        found += [Route(method, str(route.path), guards) for method in sorted(route.methods or ())]
    return sorted(found, key=lambda route: (route.path, route.method))


def made(folder: Path) -> tuple[FastAPI, Town]:
    """The real application over a fresh home without an index, and its people."""
    site = Installation(Settings(encoder="none", offline=True), Home(folder).open())
    return application(site), Town(site.open_record(), FixedClock(int(time.time())))


@dataclass
class Market:
    """Company A, whose things are asked for, company B, who asks too, and everybody else."""

    app: FastAPI
    town: Town
    people: dict[str, Person] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def settle(self) -> None:
        town = self.town
        for whose in ("a", "b"):
            owner, _ = town.seller(f"owner@{whose}.example.com", f"公司 {whose}")
            for role in ROLES:
                member = owner if role == "owner" else town.colleague(owner, f"{role}@{whose}.example.com", [role])
                self.people[f"{role} of {whose}"] = member
        self.people["staff"] = town.staff()
        a = self.people["owner of a"]
        for kind, scope in itertools.product(("with", "without"), sorted(SCOPES)):
            held = [scope] if kind == "with" else sorted(set(SCOPES) - {scope})
            made_key = town.people.create_key(company_id=a.company_id, name="k", scopes=held, request=SELF)
            self.keys[f"key {kind} {scope}"] = made_key.secret or ""
            self.own["key_id"] = made_key.receipt.subject_id
        address = Address(recipient="张伟", phone="13800138000", province="浙江", city="金华", district="", street="1")
        added = town.people.add_address(company_id=a.company_id, address=address, default=True, request=SELF)
        documents = town.licence(a)
        handed_in = town.people.submit_verification(company_id=a.company_id, documents=documents, request=SELF)
        self.own |= {
            "address_id": added.subject_id,
            "verification_id": handed_in.subject_id,
            "document_id": documents[0][1],
            "member_id": self.people["buyer of a"].member_id,
            "session_id": town.principal(town.session(a)).session_id or "",
        }

    def credential(self, caller: str) -> str | None:
        if caller == "anonymous":
            return None
        if caller == "administrator":
            return self.town.record.admin_key
        return self.keys[caller] if caller in self.keys else self.town.session(self.people[caller])

    def ask(self, route: Route, caller: str, *, ids: Mapping[str, str], body: Any) -> Any:
        headers = {"Idempotency-Key": f"k-{next(self._numbers)}", "If-Match": "*", "Cart-Token": CART_TOKEN}
        credential = self.credential(caller)
        if credential is not None:
            headers["Authorization"] = f"Bearer {credential}"
        path = re.sub(r"{(\w+)}", lambda found: ids.get(found[1], "no-such-thing"), route.path)
        client = TestClient(self.app, raise_server_exceptions=False)
        return client.request(route.method, path, json=body, headers=headers)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory, shared_knowledge: None) -> Market:
    market = Market(*made(tmp_path_factory.mktemp("market") / "home"))
    market.settle()
    return market


@pytest.fixture(scope="module")
def routes(market: Market) -> list[Route]:
    return routes_of(market.app)


def table() -> dict[str, tuple[set[str], str]]:
    """Route -> who may use it: roles, and the scope of keys."""
    found = {}
    for line in TABLE.read_text("utf-8").splitlines():
        method, path, roles, scope, _ = line.split("\t")
        found[f"{method} {path}"] = (set(roles.split()), scope)
    return found


def let_in(caller: str, roles: set[str], scope: str) -> bool:
    """What the table says of a caller."""
    if "anyone" in roles:
        return True
    if caller == "anonymous":
        return False
    if caller in MARKET:
        return {"administrator": "admin", "staff": "staff"}[caller] in roles
    if "signed_in" in roles:
        return True
    kind, what = caller.split(" ", maxsplit=1)[0], caller.rsplit(" ", maxsplit=1)[-1]
    if kind != "key":
        return kind in roles
    return scope in SCOPES and (what == scope if " with " in caller else what != scope)


def test_every_route_has_one_guard_and_stands_in_the_table(routes: list[Route]) -> None:
    assert len(routes) > 40
    assert [route.name for route in routes if len(route.guards) != 1] == []
    assert [route.line for route in routes] == TABLE.read_text("utf-8").splitlines()


def test_every_id_in_a_path_is_public_or_a_company_s_own(routes: list[Route]) -> None:
    """An id that is neither here nor there has no rule: say which it is, and give the market one of its kind."""
    unknown = {name for route in routes for name in route.ids} - PUBLIC_IDS - OWN_IDS - SHARED_IDS
    assert unknown == set()


def test_scopes_and_roles_of_guards_are_known_ones(routes: list[Route]) -> None:
    known = {*ROLES, "anyone", "signed_in", "admin", "staff"}
    assert {role for route in routes for role in route.guards[0].roles} <= known
    assert {route.guards[0].scope for route in routes} - {None} <= set(SCOPES)


@pytest.mark.parametrize("caller", CALLERS)
def test_what_the_table_says_is_what_the_caller_gets(market: Market, routes: list[Route], caller: str) -> None:
    """With ids of nothing and an empty body: past the guard it is some other refusal, or an answer."""
    rules, wrong = table(), []
    for route in routes:
        answer = market.ask(route, caller, ids={}, body=None if route.method in ("GET", "DELETE") else {})
        roles, scope = rules[route.name]
        refused = 401 if caller == "anonymous" else 403
        if let_in(caller, roles, scope):
            away = answer.status_code == 503 and answer.json()["code"] == "index_missing"
            # Beyond the guard: earnings leave for nobody without a second factor, and these have none.
            bare = answer.status_code == 403 and answer.json()["code"] == "second_factor_not_enrolled"
            if answer.status_code in (401, 403) and route.path != "/api/v1/oauth/token" and not bare:
                wrong.append((route.name, answer.status_code, answer.text))
            if answer.status_code >= 500 and not away:
                wrong.append((route.name, answer.status_code, answer.text))
        elif answer.status_code != refused or answer.json()["code"] not in ("role_required", "sign_in_required"):
            wrong.append((route.name, answer.status_code, answer.text))
    assert wrong == []


@pytest.mark.parametrize("caller", [f"{role} of b" for role in ROLES])
def test_what_belongs_to_another_company_is_not_there(market: Market, routes: list[Route], caller: str) -> None:
    """With the real ids of company A and bodies that would do."""
    rules, example = table(), body_maker(market.app)
    before = belongings(market)
    asked = []
    for route in routes:
        roles, scope = rules[route.name]
        if not route.ids & OWN_IDS or not let_in(caller, roles, scope):
            continue
        answer = market.ask(route, caller, ids=market.own, body=example(route))
        asked.append(route.name)
        assert (route.name, answer.status_code) == (route.name, 404), answer.text
    assert belongings(market) == before
    assert asked or caller == "viewer of b"


def test_the_owner_finds_what_the_stranger_did_not(market: Market, routes: list[Route]) -> None:
    """Else the test above would pass for ids that nobody has."""
    example = body_maker(market.app)
    reads = [route for route in routes if route.ids & OWN_IDS and route.method == "GET"]
    for route in reads:
        assert market.ask(route, "owner of a", ids=market.own, body=None).status_code == 200, route.name
    address = next(route for route in routes if route.name == "PUT /api/v1/companies/me/addresses/{address_id}")
    assert market.ask(address, "owner of a", ids=market.own, body=example(address)).status_code == 200


def belongings(market: Market) -> list[Any]:
    a = market.people["owner of a"].company_id
    queries = (
        f"SELECT member_id, state, roles, version FROM members WHERE company_id = '{a}' ORDER BY 1",
        f"SELECT * FROM addresses WHERE company_id = '{a}' ORDER BY 1",
        f"SELECT verification_id, state, version FROM verifications WHERE company_id = '{a}'",
        f"SELECT key_id, key_hash, revoked_at, version FROM company_keys WHERE company_id = '{a}' ORDER BY 1",
        f"SELECT session_id FROM sessions WHERE session_id = '{market.own['session_id']}'",
        f"SELECT name, supplier_id, invoice FROM companies WHERE company_id = '{a}'",
    )
    return [rows(market.town.record, query) for query in queries]


def body_maker(app: FastAPI) -> Callable[[Route], Any]:
    """Bodies out of the examples of the OpenAPI document."""
    document = app.openapi()

    def value(schema: Mapping[str, Any]) -> Any:
        if "$ref" in schema:
            return value(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        if "examples" in schema:
            return schema["examples"][0]
        if schema.get("type") == "object" or "properties" in schema:
            wanted = schema.get("required", [])
            return {name: value(each) for name, each in schema.get("properties", {}).items() if name in wanted}
        return [value(schema["items"])] if schema.get("type") == "array" else "licence"

    def body(route: Route) -> Any:
        stated = document["paths"][route.path][route.method.lower()].get("requestBody")
        if stated is None:
            return None
        return value(stated["content"]["application/json"]["schema"])

    return body


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        lines = [route.line for route in routes_of(made(Path(folder) / "home")[0])]
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")
