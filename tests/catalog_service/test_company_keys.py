"""Keys of companies and their tokens: what they may do, how long, and that a revoked one is out at once."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from starlette.testclient import TestClient

from catalog_service.adapters.admin_key import WrongCredential
from catalog_service.domain.companies.credentials import KEYS_MAX, TOKEN_SECONDS
from catalog_service.http import catalog_routers
from catalog_service.http.companies import TOKEN_PATH, companies_routers
from catalog_service.use_cases.companies.create_key import TooManyKeys
from catalog_service.use_cases.companies.keys import KeyNotFound, MadeKey
from kernel.errors import Invalid
from kernel.principal import Principal
from tests.catalog_service.house import rows
from tests.catalog_service.town import SELF, Person, Town
from web.app import build_app
from web.options import WebOptions


@pytest.fixture
def api(town: Town) -> TestClient:
    app = build_app(
        title="record",
        routers=[*catalog_routers(town.record), *companies_routers(town.people)],
        authenticator=town.record.authenticator,
        options=WebOptions(access_log=False, own_authentication=(TOKEN_PATH,)),
    )
    return TestClient(app, raise_server_exceptions=False)


def made(town: Town, owner: Person, *scopes: str) -> MadeKey:
    return town.people.create_key(
        company_id=owner.company_id, name="ERP", scopes=scopes or ("offers:write", "stock:write"), request=SELF
    )


def token(api: TestClient, key: MadeKey, *, secret: str | None = None, **form: str) -> Any:
    """Asked for by HTTP Basic."""
    said = f"{key.receipt.subject_id}:{key.secret if secret is None else secret}"
    basic = base64.b64encode(said.encode()).decode()
    return api.post(
        TOKEN_PATH, data={"grant_type": "client_credentials", **form}, headers={"Authorization": f"Basic {basic}"}
    )


def test_a_key_acts_for_its_company_with_its_scopes_alone(town: Town) -> None:
    seller, supplier_id = town.seller()
    key = made(town, seller, "offers:write")
    assert town.principal(key.secret or "") == Principal(
        company_id=seller.company_id, supplier_id=supplier_id, scopes=frozenset({"offers:write"}),
        key_id=key.receipt.subject_id,
    )  # fmt: skip
    (listed,) = town.people.reads.keys(seller.company_id)
    assert (listed.name, listed.last_used_at, listed.created_by) == ("ERP", town.clock.now(), "somebody")


def test_a_rotated_key_has_two_secrets_for_a_while_and_a_third_ends_the_first(town: Town) -> None:
    owner = town.company()
    key = made(town, owner)
    first, key_id = key.secret or "", key.receipt.subject_id

    def rotate(overlap: int) -> str:
        rotated = town.people.rotate_key(
            company_id=owner.company_id, key_id=key_id, overlap_seconds=overlap, request=SELF
        )
        return rotated.secret or ""

    second = rotate(3_600)
    assert {town.principal(secret).key_id for secret in (first, second)} == {key_id}
    town.clock.seconds += 3_600
    assert town.principal(second).key_id == key_id
    with pytest.raises(WrongCredential):
        town.principal(first)
    third = rotate(3_600)
    fourth = rotate(3_600)
    with pytest.raises(WrongCredential):
        town.principal(second)
    assert {town.principal(secret).key_id for secret in (third, fourth)} == {key_id}
    fifth = rotate(0)
    with pytest.raises(WrongCredential):
        town.principal(fourth)
    assert town.principal(fifth).key_id == key_id


def test_a_revoked_key_is_out_at_once_and_its_tokens_with_it(town: Town, api: TestClient) -> None:
    owner = town.company()
    key = made(town, owner)
    issued = token(api, key).json()["access_token"]
    town.people.revoke_key(company_id=owner.company_id, key_id=key.receipt.subject_id, request=SELF)
    for secret in (key.secret or "", issued):
        with pytest.raises(WrongCredential):
            town.principal(secret)
    assert token(api, key).json()["error"] == "invalid_client"
    with pytest.raises(KeyNotFound):
        town.people.revoke_key(company_id=owner.company_id, key_id=key.receipt.subject_id, request=SELF)
    assert rows(town.record, "SELECT count(*) FROM oauth_tokens") == [(0,)]


def test_a_stranger_s_key_is_not_there(town: Town) -> None:
    owner, other = town.company(), town.company("o@b.example.com", "乙公司")
    key = made(town, owner)
    for deed in (
        lambda: town.people.revoke_key(company_id=other.company_id, key_id=key.receipt.subject_id, request=SELF),
        lambda: town.people.rotate_key(
            company_id=other.company_id, key_id=key.receipt.subject_id, overlap_seconds=0, request=SELF
        ),
    ):
        with pytest.raises(KeyNotFound):
            deed()
    assert town.principal(key.secret or "").company_id == owner.company_id


def test_limits_of_keys_are_refused_at_the_door(town: Town) -> None:
    owner = town.company()
    for scopes in ((), ("everything",), ("admin",)):
        with pytest.raises(Invalid) as refused:
            town.people.create_key(company_id=owner.company_id, name="x", scopes=scopes, request=SELF)
        assert refused.value.parameter == "scopes"
    for _ in range(KEYS_MAX):
        made(town, owner)
    with pytest.raises(TooManyKeys):
        made(town, owner)


def test_a_key_is_changed_for_a_token_of_an_hour(town: Town, api: TestClient) -> None:
    seller, supplier_id = town.seller()
    key = made(town, seller)
    answer = token(api, key)
    body = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "offers:write stock:write")
    principal = town.principal(body["access_token"])
    assert (principal.company_id, principal.supplier_id) == (seller.company_id, supplier_id)
    assert (principal.scopes, principal.key_id) == ({"offers:write", "stock:write"}, key.receipt.subject_id)
    town.clock.seconds += TOKEN_SECONDS
    with pytest.raises(WrongCredential):
        town.principal(body["access_token"])


def test_a_token_may_ask_for_less_and_never_for_more(town: Town, api: TestClient) -> None:
    key = made(town, town.company())
    less = token(api, key, scope="stock:write").json()
    assert less["scope"] == "stock:write"
    assert town.principal(less["access_token"]).scopes == {"stock:write"}
    more = token(api, key, scope="stock:write orders:write")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


def test_who_is_no_client_gets_no_token_and_the_errors_are_those_of_the_standard(town: Town, api: TestClient) -> None:
    key = made(town, town.company())
    posted = {"grant_type": "client_credentials", "client_id": key.receipt.subject_id, "client_secret": key.secret}
    assert api.post(TOKEN_PATH, data=posted).json()["scope"] == "offers:write stock:write"
    other = made(town, town.company("o@b.example.com", "乙公司"))
    for answer, status, error in (
        (token(api, key, secret="wrong"), 401, "invalid_client"),
        (token(api, key, secret=other.secret), 401, "invalid_client"),
        (api.post(TOKEN_PATH, data={"grant_type": "client_credentials"}), 401, "invalid_client"),
        (api.post(TOKEN_PATH, data={**posted, "grant_type": "password"}), 400, "unsupported_grant_type"),
        (api.post(TOKEN_PATH, data={**posted, "client_secret": ""}), 401, "invalid_client"),
        (api.post(TOKEN_PATH), 400, "unsupported_grant_type"),
        (api.post(TOKEN_PATH, headers={"Authorization": "Basic !"}, data=posted), 200, None),
    ):
        assert (answer.status_code, answer.json().get("error")) == (status, error)
    assert api.get("/api/v1/offers/x", headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_sellers_publish_and_revise_their_own_offers_alone(town: Town, api: TestClient) -> None:
    seller, supplier_id = town.seller()
    rival, _ = town.seller("owner@r.example.com", "丙工厂")
    key = made(town, seller, "offers:write").secret or ""
    reader = made(town, seller, "orders:read").secret or ""
    content = {"title": "不锈钢水杯", "tiers": [{"min_quantity": 10, "unit_price_fen": 900}]}
    numbers = iter(range(99))

    def do(who: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": f"k-{next(numbers)}", "If-Match": "*"}
        return api.request(method, f"/api/v1{path}", json=body, headers=headers)

    assert do(key, "POST", "/offers", {**content, "offer_id": "o-1"}).status_code == 201
    assert do(key, "GET", "/offers/o-1").json()["supplier"]["id"] == supplier_id
    theirs, viewer = town.session(rival), town.session(town.colleague(seller, "v@s.example.com", ["viewer"]))
    buyer = town.session(town.company())
    for who, method, path, body, status, code in (
        (reader, "POST", "/offers", content, 403, "role_required"),
        (viewer, "POST", "/offers", content, 403, "role_required"),
        (buyer, "POST", "/offers", content, 403, "no_supplier"),
        (theirs, "POST", "/offers", {**content, "offer_id": "o-1"}, 409, "offer_id_taken"),
        (theirs, "POST", "/offers", {**content, "supplier_id": supplier_id}, 404, "supplier_not_found"),
        (theirs, "PUT", "/offers/o-1", content, 404, "offer_not_found"),
        (theirs, "DELETE", "/offers/o-1", None, 404, "offer_not_found"),
        (key, "POST", "/offers/o-1/takedown", {"reason": "x"}, 403, "role_required"),
        (key, "PUT", f"/suppliers/{supplier_id}", {"verified": True}, 403, "role_required"),
    ):
        answer = do(who, method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (method, path)
    assert rows(town.record, "SELECT count(*), min(version) FROM offers") == [(1, 1)]
    assert do(town.session(seller), "PUT", "/offers/o-1", {**content, "title": "保温杯"}).status_code == 200
    assert do(town.session(town.staff()), "POST", "/offers/o-1/takedown", {"reason": "核查"}).status_code == 200


def test_a_key_s_secret_is_in_the_first_answer_alone(town: Town, api: TestClient) -> None:
    owner = town.company()
    headers = {"Authorization": f"Bearer {town.session(owner)}", "Idempotency-Key": "same"}
    body = {"name": "ERP", "scopes": ["offers:write"]}
    first = api.post("/api/v1/companies/me/api-keys", json=body, headers=headers)
    again = api.post("/api/v1/companies/me/api-keys", json=body, headers=headers)
    assert (first.status_code, first.headers["cache-control"]) == (201, "no-store")
    assert town.principal(first.json()["secret"]).company_id == owner.company_id
    assert (again.status_code, again.json()["secret"], again.json()["id"]) == (201, None, first.json()["id"])
    assert len(town.people.reads.keys(owner.company_id)) == 1
