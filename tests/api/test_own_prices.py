"""A company's private price over the whole product: on a hit, at the price endpoint, in the preview and in the order it
is one price; and no shared cache may keep it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from catalog_service.domain.companies.credentials import SESSION_PREFIX, Session, digest_of, new_secret
from catalog_service.domain.deeds import DeedRequest
from pifa.asgi import application
from pifa.commands.demo_data import fill_record
from pifa.commands.rebuild import build_index
from pifa.demo.accounts import BUYER_COMPANY, SELLER_COMPANY
from pifa.home import Home
from pifa.settings import Settings
from pifa.wiring import Installation

BY = DeedRequest(actor="test")
OWNER = "owner-at-buyer.example.com"


class Caller:
    """Somebody at the API."""

    def __init__(self, client: TestClient, token: str = "") -> None:
        self._client, self._token, self._numbers = client, token, itertools.count()

    def do(self, method: str, path: str, json: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if method != "GET":
            headers["Idempotency-Key"] = f"own-{next(self._numbers)}"
        return self._client.request(method, f"/api/v1{path}", json=json, headers=headers)


class Market:
    """A small demo, whose selling company gives the buying one a tenth off."""

    def __init__(self, site: Installation, client: TestClient) -> None:
        self.site, self.visitor = site, Caller(client)
        with site.record() as record:
            self.supplier_id = record.people.reads.company(SELLER_COMPANY).supplier_id or ""
            groups, seller = record.keep_groups, self.supplier_id
            group = groups.create(seller=seller, name="老客户", rate_bp=9_000, request=BY).subject_id
            groups.set_members(
                seller=seller, group_id=group, company_ids=[BUYER_COMPANY], expected_version=1, request=BY
            )
            token, now = new_secret(SESSION_PREFIX), record.people.redeem_link.deeds.clock.now()
            session = Session(
                session_id=record.ids.new(), member_id=OWNER, created_at=now, last_seen_at=now, expires_at=now + 86_400
            )
            record.people.end_sessions.deeds.store.write(
                lambda transaction: transaction.identity.insert_session(session, token_hash=digest_of(token))
            )
        self.buyer = Caller(client, token)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory, shared_knowledge: None) -> Iterator[Market]:
    home = tmp_path_factory.mktemp("own")
    site = Installation(Settings(encoder="static", offline=True), Home(home).open())
    with site.record() as record:
        fill_record(site, record, listings=300, seed=7)
        build_index(site, record)
    with TestClient(application(site), raise_server_exceptions=False) as client:
        yield Market(site, client)


def hits(caller: Caller, market: Market, quantity: int) -> dict[str, Any]:
    found = caller.do("GET", f"/search?supplier={market.supplier_id}&quantity={quantity}&size=50").json()
    return {hit["offer_id"]: hit for hit in found["hits"]}


@pytest.mark.parametrize("quantity", [1, 50, 500])
def test_one_price_from_the_hit_to_the_order(market: Market, quantity: int) -> None:
    public, mine = hits(market.visitor, market, quantity), hits(market.buyer, market, quantity)
    assert list(mine) == list(public)
    assert {hit["own"] for hit in public.values()} == {None}
    assert {offer_id: {**hit, "own": None} for offer_id, hit in mine.items()} == public
    owned = {offer_id: hit["own"] for offer_id, hit in mine.items() if hit["own"]}
    assert owned
    for offer_id, own in owned.items():
        price = market.buyer.do("GET", f"/offers/{offer_id}/price?quantity={own['quantity']}").json()
        assert (price["price_basis"], price["unit_fen"]) == ("private", own["unit_fen"])
        assert own["unit_fen"] < mine[offer_id]["price"]["unit_fen"]
        assert own["because"] == price["steps"][-1]["because"]
        assert own["starting"] == price["starting"]
        if own["sku_id"]:
            named = market.buyer.do("GET", f"/offers/{offer_id}/price?quantity={own['quantity']}&sku={own['sku_id']}")
            assert named.json()["unit_fen"] == own["unit_fen"]


def test_the_preview_and_the_order_have_the_price_of_the_hit(market: Market) -> None:
    own = {offer_id: hit["own"] for offer_id, hit in hits(market.buyer, market, 1).items() if hit["own"]}
    ordered = 0
    for offer_id, price in own.items():
        skus = market.visitor.do("GET", f"/offers/{offer_id}").json()["skus"]
        cheapest = price["sku_id"] or skus[0]["sku_id"]
        plain = next((sku for sku in skus if sku["sku_id"] == cheapest), None)
        if plain is None or (plain["available"] is not None and plain["available"] < price["quantity"]):
            continue
        line = {"sku_id": plain["sku_id"], "quantity": price["quantity"]}
        market.buyer.do("PUT", "/carts/lines", {"lines": [line]})
        preview = market.buyer.do("POST", "/carts/preview", {"region": "浙江"}).json()
        (part,) = preview["parts"]
        assert part["priced"]["lines"][0]["unit_fen"] == price["unit_fen"]
        if part["priced"]["orderable"]:
            draft = {"supplier_id": part["supplier_id"], "lines": [line], "snapshot": part["priced"]["snapshot"]}
            placed = market.buyer.do("POST", "/orders", {"orders": [draft], "address": ADDRESS})
            assert placed.status_code == 201, placed.text
            order_id = placed.json()["facts"]["orders"]
            order = market.buyer.do("GET", f"/orders/{order_id}").json()
            assert order["lines"][0]["unit_fen"] == price["unit_fen"]
            ordered += 1
        market.buyer.do("POST", "/carts/removals", {"sku_ids": [plain["sku_id"]]})
    assert ordered


ADDRESS = {
    "recipient": "张伟", "phone": "13800138000", "province": "浙江", "city": "金华", "district": "",
    "street": "稠州北路 1 号",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/search?q=水杯", "/recommend/similar/{offer}", "/recommend/same-item/{offer}"])
def test_no_shared_cache_keeps_what_a_company_was_shown(market: Market, path: str) -> None:
    path = path.format(offer=next(iter(hits(market.visitor, market, 1))))
    mine, public = market.buyer.do("GET", path), market.visitor.do("GET", path)
    assert (mine.status_code, public.status_code) == (200, 200)
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert public.headers["Cache-Control"] == "no-cache"
    assert {"Authorization" in answer.headers["Vary"] for answer in (mine, public)} == {True}


def test_recommended_hits_carry_it_too(market: Market) -> None:
    offer_id = next(iter(hits(market.visitor, market, 1)))
    path = f"/recommend/similar/{offer_id}?supplier={market.supplier_id}&size=20"
    items = market.buyer.do("GET", path).json()["items"]
    known = hits(market.buyer, market, 1)
    for item in items:
        own = item["hit"]["own"]
        expected = known.get(item["hit"]["offer_id"], {}).get("own")
        if expected is not None:
            assert own["unit_fen"] == expected["unit_fen"]


def test_codes_of_the_index_find_the_goods_of_a_quick_order(market: Market) -> None:
    with market.site.record() as record:
        offer = next(
            offer
            for batch in record.catalog.live_offers_of(market.supplier_id)
            for offer, _ in batch
            if offer.item_code and offer.tiers
        )
        skus = [view.sku for view in record.offers.offer(offer.offer_id).skus if view.sku.on_sale]
    spec = skus[0].code if len(skus) > 1 else ""
    written = offer.item_code.lower().replace("-", " ")
    lines = [{"code": written, "spec": spec, "quantity": offer.moq}, {"code": "没有这个货号", "quantity": 1}]
    answer = market.buyer.do("POST", "/carts/quick-lines/preview", {"lines": lines}).json()["lines"]
    meant = [answer[0]["goods"]] if answer[0]["goods"] else answer[0]["alternatives"]  # copies may have the same code
    assert skus[0].sku_id in [goods["sku_id"] for goods in meant]
    assert (answer[1]["outcome"], answer[1]["goods"]) == ("not_found", None)
