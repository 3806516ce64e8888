"""Sellers and buyers at the door: SKUs, prices, freight, stock, drafts, carts, and who may."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.http import LARGER_BODIES, catalog_routers
from catalog_service.service import Record
from catalog_service.use_cases.carts.forget_carts import KEPT_SECONDS
from kernel.clock import FixedClock
from kernel.errors import Denied
from kernel.principal import ANONYMOUS, Principal
from tests.catalog_service.house import ADMIN, NOW, open_house, rows
from tests.languages import HAN, assert_told
from web.access import Guard
from web.app import build_app
from web.options import WebOptions

CALLERS = {
    "seller": Principal(company_id="c-s", supplier_id="s-1", member_id="u-s", roles=frozenset({"owner"})),
    "rival": Principal(company_id="c-r", supplier_id="s-2", member_id="u-r", roles=frozenset({"owner"})),
    "buyer": Principal(company_id="c-b", member_id="u-b", roles=frozenset({"buyer"})),
    "viewer": Principal(company_id="c-s", supplier_id="s-1", member_id="u-v", roles=frozenset({"viewer"})),
    "key": Principal(company_id="c-s", supplier_id="s-1", member_id="k-1", scopes=frozenset({"offers:write"})),
    "staff": Principal(member_id="admin", roles=frozenset({"admin"})),
}


class Names:
    """The credential is the caller's name."""

    def authenticate(self, *, authorization: str | None) -> Principal:
        if authorization is None:
            return ANONYMOUS
        known = CALLERS.get(authorization.removeprefix("Bearer "))
        if known is None:
            raise Denied("密钥不对", code="wrong_credential", detail={"anonymous": True})
        return known


class Door:
    def __init__(self, record: Record) -> None:
        self.app = build_app(
            title="record",
            routers=catalog_routers(record),
            authenticator=Names(),
            options=WebOptions(access_log=False, larger_bodies=LARGER_BODIES),
        )
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self._numbers = itertools.count()

    def do(self, who: str, method: str, path: str, json: Any = None, **headers: str) -> Any:
        sent = {"Idempotency-Key": f"key-{next(self._numbers)}"} if method != "GET" else {}
        if who:
            sent["Authorization"] = f"Bearer {who}"
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.client.request(method, f"/api/v1{path}", json=json, headers=sent)


@pytest.fixture
def door(record: Record) -> Door:
    for number in (1, 2):
        record.register_supplier(draft=SupplierDraft(supplier_id=f"s-{number}", name=f"厂{number}"), request=ADMIN)
    return Door(record)


TIERS = [{"min_quantity": 10, "unit_price_fen": 1000}, {"min_quantity": 100, "unit_price_fen": 800}]
SHIRT = {"title": "纯棉T恤", "tiers": TIERS, "offer_id": "shirt"}
CONTENT = {"title": "纯棉T恤", "tiers": TIERS}
RED = {"code": "R", "values": {"颜色": "红"}, "stock": 50, "weight_g": 200}
BLUE = {"code": "B", "values": {"颜色": "蓝"}, "stock": 5, "weight_g": 200, "unit_price_fen": 1200}


def publish(door: Door, **trade: Any) -> dict[str, str]:
    """A shirt in two colours; the ids of its SKUs by code."""
    answer = door.do("seller", "POST", "/offers", {**SHIRT, "trade": {"skus": [RED, BLUE], **trade}})
    assert answer.status_code == 201, answer.json()
    return {sku["code"]: sku["sku_id"] for sku in door.do("", "GET", "/offers/shirt").json()["skus"]}


def test_a_seller_publishes_its_own_offer_with_skus_and_everybody_sees_them(door: Door) -> None:
    skus = publish(door, mixed_batch=True)
    seen = door.do("", "GET", "/offers/shirt").json()
    assert (seen["state"], seen["stock"], seen["supplier"]["id"]) == ("live", 55, "s-1")
    assert seen["trade"] == {"moq_per_sku": False, "mixed_batch": True, "freight_template_id": None}
    assert [(sku["name"], sku["available"], sku["tiers"]) for sku in seen["skus"]] == [
        ("红", 50, []), ("蓝", 5, [{"min_quantity": 1, "unit_price_fen": 1200}]),
    ]  # fmt: skip
    kept = door.do("seller", "PUT", "/offers/shirt", {**CONTENT, "title": "T恤"}, If_Match='"1"')
    assert kept.json()["version"] == 2
    after = door.do("", "GET", "/offers/shirt").json()
    assert ({sku["code"]: sku["sku_id"] for sku in after["skus"]}, after["trade"]) == (skus, seen["trade"])


def test_a_seller_lists_its_own_offers_by_state_and_staff_everybodys(door: Door) -> None:
    for number in range(5):
        door.do("seller", "POST", "/offers", {**CONTENT, "offer_id": f"o-{number}"})
    door.do("rival", "POST", "/offers", {**CONTENT, "offer_id": "o-9"})
    door.do("seller", "DELETE", "/offers/o-1")
    door.do("rival", "PUT", "/offers/draft-1/draft", CONTENT)

    def listed(who: str, query: str) -> tuple[list[str], str | None]:
        answer = door.do(who, "GET", f"/offers{query}").json()
        return [row["offer_id"] for row in answer["offers"]], answer["next_after"]

    assert listed("seller", "?limit=3") == (["o-0", "o-2", "o-3"], "o-3")
    assert listed("seller", "?limit=3&after=o-3") == (["o-4"], None)
    assert listed("seller", "?state=withdrawn") == (["o-1"], None)
    assert listed("seller", "?state=draft") == ([], None)
    assert listed("staff", "?state=draft") == (["draft-1"], None)
    assert listed("staff", "")[0] == ["o-0", "o-2", "o-3", "o-4", "o-9"]
    row = door.do("seller", "GET", "/offers?limit=1").json()["offers"][0]
    assert (row["state"], row["unit_fen"], row["moq"], row["version"]) == ("live", 1000, 10, 1)
    assert door.do("", "GET", "/offers").status_code == 401
    assert door.do("viewer", "GET", "/offers").status_code == 403
    assert door.do("seller", "GET", "/offers?state=sold").status_code == 400
    assert door.do("seller", "GET", "/offers?limit=101").status_code == 400


def test_what_is_anothers_is_not_there(door: Door) -> None:
    publish(door)
    for method, path, body in (
        ("PUT", "/offers/shirt", CONTENT),
        ("DELETE", "/offers/shirt", None),
        ("POST", "/offers/shirt/relist", None),
        ("PUT", "/offers/shirt/draft", CONTENT),
        ("PUT", "/skus/shirt/stock", {"available": 1}),
    ):
        answer = door.do("rival", method, path, body, If_Match="*")
        assert (answer.status_code, answer.json()["code"][-9:]) == (404, "not_found"), path
    taken = door.do("rival", "POST", "/offers", SHIRT)
    assert (taken.status_code, taken.json()["code"]) == (409, "offer_id_taken")
    foreign = door.do("rival", "POST", "/offers", {**CONTENT, "supplier_id": "s-1"})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "supplier_not_found")


@pytest.mark.parametrize(
    ("query", "unit", "amount", "steps"),
    [
        ("?quantity=20", 1000, 20_000, ["public_ladder"]),
        ("?quantity=100", 800, 80_000, ["public_ladder"]),
        ("?quantity=20&sku={B}", 1200, 24_000, ["public_ladder", "sku_ladder"]),
        ("", 1000, 10_000, ["public_ladder"]),
    ],
)
def test_a_price_says_why(door: Door, query: str, unit: int, amount: int, steps: list[str]) -> None:
    skus = publish(door)
    answer = door.do("", "GET", f"/offers/shirt/price{query.format(**skus)}").json()
    assert (answer["unit_fen"], answer["amount_fen"], answer["price_basis"]) == (unit, amount, "public")
    assert [step["name"] for step in answer["steps"]] == steps
    assert all(step["because"] for step in answer["steps"])


def test_a_price_names_what_stands_in_the_way(door: Door) -> None:
    skus = publish(door)
    answer = door.do("", "GET", f"/offers/shirt/price?quantity=6&sku={skus['B']}").json()
    assert [(problem["code"], problem["sku_id"]) for problem in answer["problems"]] == [
        ("below_moq", skus["B"]), ("out_of_stock", skus["B"]),
    ]  # fmt: skip
    assert (answer["problems"][0]["missing"], answer["problems"][1]["available"]) == (4, 5)
    english = door.do("", "GET", f"/offers/shirt/price?quantity=6&sku={skus['B']}", Accept_Language="en")
    assert [problem["message"] for problem in english.json()["problems"]] == [
        "“纯棉T恤” has an MOQ of 10 pcs; 4 more needed",
        "“纯棉T恤” 蓝: 5 in stock, fewer than the 6 wanted",
    ]
    assert [step["because"] for step in english.json()["steps"]] == [
        "Public price tier: 10 pcs", "Price of the SKU “蓝” alone: 10 pcs",
    ]  # fmt: skip
    assert english.headers["Content-Language"] == "en"
    assert "Accept-Language" in english.headers["Vary"]
    assert door.do("", "GET", "/offers/shirt/price?sku=nobody").json()["code"] == "sku_not_found"
    assert door.do("", "GET", "/offers/nobody/price").json()["code"] == "offer_not_found"
    assert door.do("", "GET", "/offers/shirt/price?quantity=0").status_code == 400


def test_a_sample_and_a_single_piece_have_their_own_price(door: Door) -> None:
    stated = {**SHIRT, "sample_price_fen": 1500, "dropship": True, "dropship_price_fen": 1300}
    door.do("seller", "POST", "/offers", stated)
    for purpose, fen in (("sample", 1500), ("dropship", 1300)):
        answer = door.do("buyer", "GET", f"/offers/shirt/price?quantity=1&purpose={purpose}").json()
        assert (answer["unit_fen"], answer["steps"][-1]["name"], answer["problems"]) == (fen, f"{purpose}_price", [])
    assert door.do("", "GET", "/offers/shirt/price?purpose=gift").status_code == 400
    door.do("buyer", "POST", "/carts/lines", {"lines": [{"sku_id": "shirt", "quantity": 2}]})
    preview = door.do("buyer", "POST", "/carts/preview", {"region": "浙江", "purpose": "sample"}).json()
    assert (preview["orderable"], preview["payable_fen"]) == (True, 3_000)


def test_a_company_of_a_group_sees_its_own_price_and_nobody_else_does(door: Door) -> None:
    skus = publish(door)
    group = door.do("seller", "POST", "/buyer-groups", {"name": "老客户", "rate_bp": 9_000})
    assert group.status_code == 201
    path = f"/buyer-groups/{group.json()['id']}"
    assert door.do("seller", "PUT", f"{path}/members", {"company_ids": ["c-b"]}, If_Match='"1"').status_code == 200
    seen = {who: door.do(who, "GET", "/offers/shirt/price?quantity=20").json() for who in ("buyer", "rival", "")}
    assert {who: (each["unit_fen"], each["price_basis"]) for who, each in seen.items()} == {
        "buyer": (900, "private"), "rival": (1000, "public"), "": (1000, "public"),
    }  # fmt: skip
    agreed = {"tiers": [{"min_quantity": 20, "unit_price_fen": 500}]}
    assert door.do("seller", "PUT", f"{path}/prices/{skus['B']}", agreed, If_Match='"2"').status_code == 200
    blue = door.do("buyer", "GET", f"/offers/shirt/price?quantity=20&sku={skus['B']}").json()
    assert [(step["name"], step["fen"]) for step in blue["steps"]] == [
        ("public_ladder", 1000), ("sku_ladder", 1200), ("private_price", 500),
    ]  # fmt: skip
    page = door.do("seller", "GET", path)
    assert (page.json()["company_ids"], page.json()["prices"], page.headers["ETag"]) == (
        ["c-b"], {skus["B"]: agreed["tiers"]}, '"3"',
    )  # fmt: skip
    second = door.do("seller", "POST", "/buyer-groups", {"name": "新客户"}).json()["id"]
    taken = door.do("seller", "PUT", f"/buyer-groups/{second}/members", {"company_ids": ["c-b"]}, If_Match="*")
    assert (taken.status_code, taken.json()["code"]) == (409, "already_grouped")
    assert door.do("rival", "GET", path).status_code == 404
    assert door.do("seller", "DELETE", path, If_Match='"3"').status_code == 200
    assert door.do("buyer", "GET", "/offers/shirt/price?quantity=20").json()["price_basis"] == "public"
    listed = door.do("seller", "GET", "/buyer-groups").json()["groups"]
    assert [group["name"] for group in listed] == ["新客户"]


ZONES = [
    {"regions": ["浙江省"], "first_g": 1000, "first_fen": 500, "step_g": 1000, "step_fen": 100, "free_fen": 100_000},
    {"regions": ["西藏"], "delivered": False},
    {"first_g": 1000, "first_fen": 1200, "step_g": 1000, "step_fen": 600},
]


def test_a_freight_template_is_kept_and_cannot_go_while_offers_go_by_it(door: Door) -> None:
    made = door.do("seller", "POST", "/freight-templates", {"name": "快递", "zones": ZONES})
    assert made.status_code == 201
    path = f"/freight-templates/{made.json()['id']}"
    assert door.do("seller", "GET", path).json()["zones"][0]["regions"] == ["浙江"]
    publish(door, freight_template_id=made.json()["id"])
    used = door.do("seller", "DELETE", path)
    assert (used.status_code, used.json()["code"], used.json()["offers"]) == (409, "freight_template_in_use", 1)
    stale = door.do("seller", "PUT", path, {"name": "快递", "zones": ZONES[2:]}, If_Match='"7"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    assert door.do("seller", "PUT", path, {"name": "快递", "zones": ZONES[2:]}, If_Match='"1"').json()["version"] == 2
    foreign = door.do("rival", "POST", "/offers", {**CONTENT, "trade": {"freight_template_id": made.json()["id"]}})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "freight_template_not_found")
    assert door.do("rival", "GET", path).status_code == 404
    assert door.do("seller", "GET", "/freight-templates").json()["templates"][0]["version"] == 2


def test_a_cart_is_priced_by_supplier_with_every_problem_and_a_snapshot(door: Door) -> None:
    template = door.do("seller", "POST", "/freight-templates", {"name": "快递", "zones": ZONES}).json()["id"]
    skus = publish(door, freight_template_id=template)
    door.do("rival", "POST", "/offers", {**CONTENT, "offer_id": "other"})
    lines = [{"sku_id": skus["R"], "quantity": 12}, {"sku_id": "other", "quantity": 3}]
    assert door.do("buyer", "POST", "/carts/lines", {"lines": lines}).json()["facts"] == {"lines": 2}
    seen = door.do("buyer", "POST", "/carts/preview", {"region": "浙江省"}).json()
    mine, others = seen["parts"]
    assert (mine["supplier_name"], mine["priced"]["orderable"]) == ("厂1", True)
    # 2,400 g: 500 + 2 x 100
    sums = [mine["priced"][name] for name in ("goods_fen", "discount_fen", "freight_fen", "payable_fen")]
    assert sums == [12_000, 0, 700, 12_700]
    assert [(problem["code"], problem["missing"]) for problem in others["priced"]["problems"]] == [("below_moq", 7)]
    assert (seen["orderable"], seen["payable_fen"]) == (False, 12_700)
    snapshot = mine["priced"]["snapshot"]
    again = {"region": "浙江", "suppliers": ["s-1"], "snapshots": {"s-1": snapshot}}
    assert door.do("buyer", "POST", "/carts/preview", again).json()["orderable"]
    raised = [{"min_quantity": 10, "unit_price_fen": 1001}]
    door.do("seller", "PUT", "/offers/shirt", {**CONTENT, "tiers": raised}, If_Match='"1"')
    (moved,) = door.do("buyer", "POST", "/carts/preview", again).json()["parts"]
    assert [problem["code"] for problem in moved["priced"]["problems"]] == ["price_changed"]
    assert moved["priced"]["problems"][0]["snapshot"] == moved["priced"]["snapshot"] != snapshot
    (far,) = door.do("buyer", "POST", "/carts/preview", {**again, "region": "西藏", "snapshots": {}}).json()["parts"]
    assert [problem["code"] for problem in far["priced"]["problems"]] == ["not_delivered"]
    english = door.do("buyer", "POST", "/carts/preview", {**again, "region": "西藏"}, Accept_Language="en")
    assert [problem["message"] for problem in english.json()["parts"][0]["priced"]["problems"]] == [
        "“纯棉T恤” is not delivered to Tibet", "A price or an offer has changed; please check before you order",
    ]  # fmt: skip
    assert door.do("buyer", "POST", "/carts/preview", {"region": "杭州"}).json()["code"] == "region_unknown"


def test_lines_are_added_set_kept_for_later_and_removed(door: Door) -> None:
    skus = publish(door)
    red = {"lines": [{"sku_id": skus["R"], "quantity": 10}]}
    for method in ("POST", "POST", "PUT"):
        door.do("buyer", method, "/carts/lines", red)
        shown = door.do("buyer", "GET", "/carts").json()["parts"][0]["lines"]
    assert shown == [{"sku_id": skus["R"], "quantity": 10, "saved": False}]
    assert door.do("buyer", "POST", "/carts/lines", red).json()["changed"]
    door.do("buyer", "POST", "/carts/saved", {"sku_ids": [skus["R"]]})
    (part,) = door.do("buyer", "GET", "/carts").json()["parts"]
    assert (part["lines"][0]["saved"], part["lines"][0]["quantity"], part["priced"]) == (True, 20, None)
    door.do("buyer", "POST", "/carts/saved", {"sku_ids": [skus["R"]], "saved": False})
    assert door.do("buyer", "GET", "/carts").json()["orderable"]
    assert door.do("buyer", "POST", "/carts/removals", {"sku_ids": [skus["R"]]}).json()["facts"] == {"lines": 0}
    assert not door.do("buyer", "POST", "/carts/removals", {"sku_ids": [skus["R"]]}).json()["changed"]
    unknown = door.do("buyer", "POST", "/carts/lines", {"lines": [{"sku_id": "nobody", "quantity": 1}]})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "sku_not_found")
    nothing = door.do("buyer", "POST", "/carts/lines", {"lines": [{"sku_id": skus["R"], "quantity": 0}]})
    assert (nothing.status_code, nothing.json()["parameter"]) == (400, "quantity")
    assert door.do("rival", "GET", "/carts").json()["parts"] == []


TOKEN = "0PN5J17HBGZHT7JJ3X82Ug"


def test_a_visitors_cart_comes_into_the_members(door: Door, record: Record) -> None:
    skus = publish(door)
    visitor = {"lines": [{"sku_id": skus["R"], "quantity": 5}, {"sku_id": skus["B"], "quantity": 4}]}
    assert door.do("", "POST", "/carts/lines", visitor, Cart_Token=TOKEN).status_code == 200
    door.do("buyer", "POST", "/carts/lines", {"lines": [{"sku_id": skus["R"], "quantity": 8}]})
    merged = door.do("buyer", "POST", "/carts/merge", {"token": TOKEN}).json()
    assert merged["facts"] == {"lines": 2, "came": 2, "left": 0}
    (part,) = door.do("buyer", "GET", "/carts").json()["parts"]
    assert {line["sku_id"]: line["quantity"] for line in part["lines"]} == {skus["R"]: 8, skus["B"]: 4}
    assert door.do("", "GET", "/carts", Cart_Token=TOKEN).json()["parts"] == []
    assert not door.do("buyer", "POST", "/carts/merge", {"token": TOKEN}).json()["changed"]
    assert door.do("", "GET", "/carts").status_code == 401
    assert door.do("", "GET", "/carts", Cart_Token="short").status_code == 400
    assert TOKEN not in str(rows(record, "SELECT owner FROM cart_lines"))


def test_a_cart_that_a_visitor_left_is_forgotten_and_a_members_is_not(door: Door, home: Path) -> None:
    skus = publish(door)
    line = {"lines": [{"sku_id": skus["R"], "quantity": 5}]}
    door.do("", "POST", "/carts/lines", line, Cart_Token=TOKEN)
    door.do("buyer", "POST", "/carts/lines", line)
    for later, forgotten in ((KEPT_SECONDS, 0), (KEPT_SECONDS + 1, 1)):
        record = open_house(home, clock=FixedClock(NOW + later))
        assert record.forget_carts() == forgotten
        record.close()
    assert door.do("", "GET", "/carts", Cart_Token=TOKEN).json()["parts"] == []
    assert len(door.do("buyer", "GET", "/carts").json()["parts"]) == 1


def test_a_suppliers_part_has_at_most_fifty_skus(door: Door) -> None:
    many = [{"code": str(n), "values": {"码": str(n)}} for n in range(51)]
    door.do("seller", "POST", "/offers", {**SHIRT, "trade": {"skus": many}})
    ids = [sku["sku_id"] for sku in door.do("", "GET", "/offers/shirt").json()["skus"]]
    lines = [{"sku_id": sku_id, "quantity": 1} for sku_id in ids]
    full = door.do("buyer", "POST", "/carts/lines", {"lines": lines})
    assert (full.status_code, full.json()["code"], full.json()["skus_max"]) == (409, "cart_full", 50)
    assert door.do("buyer", "GET", "/carts").json()["parts"] == []
    assert door.do("buyer", "POST", "/carts/lines", {"lines": lines[:50]}).status_code == 200
    assert door.do("buyer", "POST", "/carts/lines", {"lines": lines[49:]}).status_code == 409
    door.do("", "POST", "/carts/lines", {"lines": lines[48:]}, Cart_Token=TOKEN)
    assert door.do("buyer", "POST", "/carts/merge", {"token": TOKEN}).json()["facts"] == {
        "lines": 50, "came": 2, "left": 1,
    }  # fmt: skip


def test_stock_is_counted_over_http(door: Door) -> None:
    skus = publish(door)
    assert door.do("seller", "PUT", f"/skus/{skus['R']}/stock", {"available": 7}).json()["facts"] == {"available": 7}
    moved = door.do("key", "PUT", f"/skus/{skus['R']}/stock", {"available": 9, "expected": 50})
    assert (moved.status_code, moved.json()["code"], moved.json()["available"]) == (409, "stock_moved", 7)
    assert door.do("key", "POST", f"/skus/{skus['R']}/stock/changes", {"change": -7}).status_code == 200
    short = door.do("seller", "POST", f"/skus/{skus['R']}/stock/changes", {"change": -1})
    assert (short.status_code, short.json()["code"]) == (409, "out_of_stock")
    assert door.do("", "GET", "/offers/shirt").json()["stock"] == 5


def test_mixed_batches_and_discounts_are_a_suppliers_own(door: Door) -> None:
    skus = publish(door, mixed_batch=True)
    assert door.do("seller", "GET", "/supplier-terms").json()["version"] == 0
    terms = {"mixed_pieces_min": 4, "discounts": [{"from_fen": 4_000, "off_fen": 300}]}
    assert door.do("seller", "PUT", "/supplier-terms", terms, If_Match='"0"').status_code == 201
    assert door.do("seller", "PUT", "/supplier-terms", terms, If_Match='"0"').status_code == 412
    door.do("buyer", "POST", "/carts/lines", {"lines": [{"sku_id": skus["R"], "quantity": 4}]})
    (part,) = door.do("buyer", "GET", "/carts").json()["parts"]
    assert (part["priced"]["orderable"], part["priced"]["payable_fen"]) == (True, 3_700)
    assert [step["name"] for step in part["priced"]["lines"][0]["steps"]] == ["public_ladder", "mixed_batch"]


def test_a_draft_is_its_suppliers_alone_until_it_is_submitted(door: Door) -> None:
    assert door.do("seller", "PUT", "/offers/shirt/draft", CONTENT).status_code == 201
    assert door.do("", "GET", "/offers/shirt").status_code == 404
    assert door.do("rival", "GET", "/offers/shirt").status_code == 404
    assert door.do("seller", "GET", "/offers/shirt").json()["state"] == "draft"
    edited = door.do("seller", "PUT", "/offers/shirt/draft", {**CONTENT, "title": "T恤"}, If_Match='"1"')
    assert (edited.status_code, edited.json()["version"]) == (200, 2)
    refused = door.do("seller", "POST", "/offers/shirt/relist")
    assert (refused.status_code, refused.json()["code"]) == (409, "offer_state")
    assert refused.json()["allowed"] == ["edit", "submit", "publish", "discard"]
    assert door.do("seller", "POST", "/offers/shirt/submit").json()["state"] == "live"
    assert door.do("seller", "DELETE", "/offers/shirt").json()["state"] == "withdrawn"
    assert door.do("seller", "POST", "/offers/shirt/relist").json()["state"] == "live"
    door.do("seller", "DELETE", "/offers/shirt")
    assert door.do("seller", "POST", "/offers/shirt/discard").json()["state"] == "discarded"
    assert door.do("seller", "POST", "/offers", SHIRT).json()["code"] == "offer_state"


@pytest.fixture
def audited(home: Path) -> Iterator[Door]:
    record = open_house(home, audit_offers=True)
    record.register_supplier(draft=SupplierDraft(supplier_id="s-1", name="厂"), request=ADMIN)
    yield Door(record)
    record.close()


def test_where_offers_are_audited_staff_decides(audited: Door) -> None:
    submitted = audited.do("seller", "POST", "/offers", SHIRT)
    assert (submitted.status_code, submitted.json()["state"]) == (201, "in_audit")
    assert audited.do("", "GET", "/offers/shirt").status_code == 404
    assert audited.do("seller", "POST", "/offers/shirt/approve").status_code == 403
    assert audited.do("staff", "POST", "/offers/shirt/refuse", {"reason": " "}).json()["parameter"] == "reason"
    refused = audited.do("staff", "POST", "/offers/shirt/refuse", {"reason": "图文不符"})
    assert refused.json()["state"] == "refused"
    assert audited.do("seller", "GET", "/offers/shirt").json()["takedown_reason"] == "图文不符"
    assert audited.do("seller", "PUT", "/offers/shirt/draft", CONTENT).json()["state"] == "draft"
    assert audited.do("seller", "POST", "/offers/shirt/submit").json()["state"] == "in_audit"
    assert audited.do("seller", "POST", "/offers/shirt/recall").json()["state"] == "draft"
    version = audited.do("seller", "POST", "/offers/shirt/submit").json()["version"]
    stale = audited.do("staff", "POST", "/offers/shirt/approve", If_Match='"1"')
    assert stale.status_code == 412
    assert audited.do("staff", "POST", "/offers/shirt/approve", If_Match=f'"{version}"').json()["state"] == "live"
    assert audited.do("", "GET", "/offers/shirt").status_code == 200
    assert audited.do("staff", "POST", "/offers", {**CONTENT, "offer_id": "own"}).json()["state"] == "live"


def test_a_revision_that_changes_what_buyers_see_waits_for_the_audit(audited: Door) -> None:
    """Else it would be enough to publish something harmless and revise it."""
    trade = {"skus": [RED, BLUE]}
    audited.do("seller", "POST", "/offers", {**SHIRT, "trade": trade})
    audited.do("staff", "POST", "/offers/shirt/approve")

    def revise(who: str = "seller", **changes: Any) -> Any:
        return audited.do(who, "PUT", "/offers/shirt", {**CONTENT, **changes}, If_Match="*").json()

    dearer = [{"min_quantity": 10, "unit_price_fen": 1100}]
    assert revise(tiers=dearer, trade={"skus": [{**RED, "stock": 9}, BLUE]})["state"] == "live"
    assert revise("staff", title="市场改的标题", supplier_id="s-1")["state"] == "live"
    assert revise(title="另一件东西", tiers=dearer)["state"] == "waiting"
    on_sale = audited.do("", "GET", "/offers/shirt")
    assert on_sale.json()["title"] == "市场改的标题"
    again = audited.do("seller", "PUT", "/offers/shirt", {**CONTENT, "title": "再改"}, If_Match="*")
    assert (again.status_code, again.json()["kind"], again.json()["version"]) == (202, "revision", 2)
    assert again.headers["etag"] == on_sale.headers["etag"]
    waiting = audited.do("staff", "GET", "/revisions").json()["revisions"]
    assert [(each["offer_id"], each["version"], each["state"]) for each in waiting] == [("shirt", 2, "waiting")]
    assert waiting[0]["changes"][0] == {
        "field": "title", "label": "标题", "before": "市场改的标题", "after": "再改",
    }  # fmt: skip
    assert audited.do("rival", "GET", "/offers/shirt/revision").status_code == 404
    assert audited.do("seller", "POST", "/offers/shirt/revision/approve").status_code == 403
    assert audited.do("staff", "POST", "/offers/shirt/revision/approve", If_Match='"1"').status_code == 412
    approved = audited.do("staff", "POST", "/offers/shirt/revision/approve", If_Match='"2"').json()
    assert (approved["kind"], approved["state"]) == ("revision", "approved")
    assert audited.do("", "GET", "/offers/shirt").json()["title"] == "再改"
    renamed = {"skus": [{**RED, "values": {"颜色": "大红"}}, BLUE]}
    assert revise(title="再改", trade=renamed)["state"] == "waiting"
    refused = audited.do("staff", "POST", "/offers/shirt/revision/refuse", {"reason": "颜色不符"})
    assert refused.json()["state"] == "refused"
    read = audited.do("seller", "GET", "/offers/shirt/revision")
    assert (read.json()["code"], read.json()["reason"]) == ("audit_refused", "颜色不符")
    assert [each["field"] for each in read.json()["changes"]] == ["skus.R"]
    for name, state in (("submit", "waiting"), ("recall", "draft"), ("discard", "discarded")):
        assert audited.do("seller", "POST", f"/offers/shirt/revision/{name}").json()["state"] == state
    assert audited.do("seller", "GET", "/offers/shirt/revision").status_code == 404


def test_a_revision_that_was_audited_is_not_among_the_newest(home: Path) -> None:
    clock = FixedClock(NOW)
    with closing(open_house(home, clock=clock, audit_offers=True)) as record:
        record.register_supplier(draft=SupplierDraft(supplier_id="s-1", name="厂"), request=ADMIN)
        door, seen = Door(record), []

        def later(method: str, path: str, body: Any = None, who: str = "seller") -> None:
            clock.seconds += 60
            assert door.do(who, method, path, body, If_Match="*").status_code < 300
            ((published_at,),) = rows(record, "SELECT published_at FROM offers")
            seen.append(published_at - NOW)

        later("PUT", "/offers/shirt/draft", CONTENT)
        later("POST", "/offers/shirt/submit")
        later("POST", "/offers/shirt/approve", who="staff")
        later("PUT", "/offers/shirt", {**CONTENT, "title": "另一件"})
        later("POST", "/offers/shirt/revision/approve", who="staff")
        assert seen == [60, 120, 180, 180, 180]


def writes(door: Door) -> set[tuple[str, str]]:
    return {
        (method.upper(), path)
        for path, methods in door.app.openapi()["paths"].items()
        for method in methods
        if method in ("post", "put", "delete", "patch")
    }


def test_every_route_of_trade_says_who_may_and_refuses_the_others(door: Door) -> None:
    """Anonymous and viewers may look and fill a cart; nothing else."""
    for method, path in sorted(writes(door)):
        if path.startswith("/api/v1/suppliers") or (path.startswith("/api/v1/carts/") and "merge" not in path):
            continue
        if path == "/api/v1/carts/preview":
            continue
        where = path.removeprefix("/api/v1").replace("{", "").replace("}", "")
        anonymous = door.do("", method, where, If_Match="*")
        assert (anonymous.status_code, anonymous.json()["code"]) in (
            (401, "sign_in_required"), (401, "denied"),
        ), path  # fmt: skip
        viewer = door.do("viewer", method, where, If_Match="*")
        assert viewer.status_code == 403, path
    assert door.do("buyer", "POST", "/offers", SHIRT).json()["code"] == "no_supplier"
    guards = [
        route.path
        for route in door.app.routes
        if getattr(route, "path", "").startswith("/api/v1/") and "suppliers" not in route.path
        if not any(isinstance(each.dependency, Guard) for each in getattr(route, "dependencies", []))
    ]
    assert guards == []


def test_a_bulk_edit_is_read_before_it_is_made_and_can_be_undone(door: Door) -> None:
    door.do("seller", "POST", "/offers", SHIRT)
    door.do("rival", "POST", "/offers", {**CONTENT, "offer_id": "other"})
    asked = {"offer_ids": ["shirt", "other"], "change": {"price_bp": 11_000}}
    plan = door.do("seller", "POST", "/bulk-edits/plan", asked).json()
    assert [(row["offer_id"], row["outcome"], row["code"]) for row in plan["rows"]] == [
        ("other", "refused", "offer_not_found"), ("shirt", "changed", ""),
    ]  # fmt: skip
    assert plan["rows"][1]["changes"]["tiers"] == ["10 起 1000 分，100 起 800 分", "10 起 1100 分，100 起 880 分"]
    other, shirt = door.do("seller", "POST", "/bulk-edits/plan", asked, Accept_Language="en").json()["rows"]
    assert (other["reason"], shirt["changes"]["tiers"][0]) == (
        "There is no such offer", "1000 fen from 10, 800 fen from 100",
    )  # fmt: skip
    wrong = door.do("seller", "POST", "/bulk-edits", {**asked, "digest": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["digest"]) == (409, "plan_changed", plan["digest"])
    made = door.do("seller", "POST", "/bulk-edits", {**asked, "digest": plan["digest"]})
    assert made.json()["facts"] == {"changed": 1}
    assert door.do("", "GET", "/offers/shirt/price?quantity=10").json()["unit_fen"] == 1100
    undo = f"/bulk-edits/{made.json()['id']}/undo"
    assert door.do("rival", "POST", undo).status_code == 404
    assert door.do("seller", "POST", undo).json()["facts"] == {"restored": 1, "touched_since": 0}
    assert door.do("", "GET", "/offers/shirt/price?quantity=10").json()["unit_fen"] == 1000
    assert door.do("seller", "POST", undo).json()["code"] == "bulk_edit_undone"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("method", "path", "body", "parameter"),
    [
        ("POST", "/offers", {**SHIRT, "trade": {"skus": [{**RED, "values": {"颜色": 1}}]}}, "trade.skus.0.values.颜色"),
        ("POST", "/offers", {**SHIRT, "trade": {"skus": [{**RED, "stock": 1.5}]}}, "trade.skus.0.stock"),
        ("POST", "/offers", {**SHIRT, "trade": {"skus": [{**RED, "weight_g": -1}]}}, "trade.skus.0.weight_g"),
        ("POST", "/offers", {**SHIRT, "trade": {"skus": [{**RED, "unit_price_fen": 0}]}}, "skus.0.tiers"),
        ("POST", "/offers", {**SHIRT, "trade": {"skus": [{**RED, "stock": 10**12 + 1}]}}, "skus.0.stock"),
        ("POST", "/offers", {**SHIRT, "trade": {"freight_template_id": "a b"}}, "freight_template_id"),
        ("POST", "/buyer-groups", {"name": "", "rate_bp": 9000}, "name"),
        ("POST", "/buyer-groups", {"name": "组", "rate_bp": 0}, "rate_bp"),
        ("POST", "/buyer-groups", {"name": "组", "rate_bp": 10_001}, "rate_bp"),
        ("POST", "/freight-templates", {"name": "快递", "zones": []}, "zones"),
        ("POST", "/freight-templates", {"name": "快递", "zones": [{"regions": ["火星"]}]}, "zones.0.regions"),
        ("PUT", "/supplier-terms", {"mixed_pieces_min": 0}, "mixed_pieces_min"),
        ("PUT", "/supplier-terms", {"discounts": [{"from_fen": 5, "off_fen": 6}]}, "discounts"),
        ("POST", "/carts/lines", {"lines": []}, "lines"),
        ("POST", "/carts/lines", {"lines": [{"sku_id": "../x", "quantity": 1}]}, "sku_id"),
        ("POST", "/carts/lines", {"lines": [{"sku_id": "x", "quantity": 10**10}]}, "quantity"),
        ("POST", "/bulk-edits/plan", {"offer_ids": ["x"], "change": {}}, "change"),
        ("POST", "/bulk-edits/plan", {"offer_ids": ["x\x00"], "change": {"moq": 1}}, "offer_ids"),
        ("POST", "/carts/removals", {"sku_ids": ["\x00"]}, "sku_ids"),
        ("GET", "/offers?after=%00", None, "after"),
        ("GET", "/offers/x%00/price", None, "offer_id"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_refusal_that_names_the_field(
    door: Door, record: Record, method: str, path: str, body: Any, parameter: str | None, language: str
) -> None:
    answer = door.do("seller", method, path, body, If_Match="*", Accept_Language=language)
    assert (answer.status_code, answer.json().get("parameter")) == (400, parameter)
    assert answer.headers["content-type"] == "application/problem+json"
    assert_told(answer, language)
    tables = ("offers", "skus", "buyer_groups", "freight_templates", "supplier_terms", "cart_lines")
    assert [rows(record, f"SELECT count(*) FROM {table}") for table in tables] == [[(0,)]] * len(tables)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_quick_line_is_found_by_any_spelling_and_what_it_may_mean_is_listed(door: Door, language: str) -> None:
    skus = [{**RED, "code": "T-1-R"}, {**BLUE, "code": "T1R"}, {**RED, "code": "K-9", "values": {"颜色": "绿"}}]
    publish(door, skus=skus)

    def previewed(*codes: str) -> list[Any]:
        body = {"lines": [{"code": code, "quantity": 10} for code in codes]}
        answer = door.do(
            "", "POST", "/carts/quick-lines/preview", body, Cart_Token=TOKEN, Accept_Language=language
        )  # fmt: skip
        assert answer.status_code == 200, answer.json()
        return list(answer.json()["lines"])

    lines = previewed("T-1-R", "ｋ９", "t.1.r", "K,9")
    assert [bool(HAN.search(line["message"])) for line in lines[1:]] == [language == "zh"] * 3
    exact, spelt, several, doubtful = lines
    assert (exact["goods"]["code"], exact["message"]) == ("T-1-R", "")
    assert (spelt["outcome"], spelt["goods"]["code"]) == ("found", "K-9")
    assert "“K-9”" in spelt["message"]
    assert (several["outcome"], several["goods"]) == ("ambiguous", None)
    assert [goods["code"] for goods in several["alternatives"]] == ["T-1-R", "T1R"]
    assert doubtful["outcome"] == "found"  # a sign between a letter and a figure is none that counts
    added = door.do("", "POST", "/carts/quick-lines", {"lines": [{"code": "t1r", "quantity": 10}]}, Cart_Token=TOKEN)
    assert (added.status_code, added.json()["facts"]["refused"]) == (200, "1:ambiguous")
    assert door.do("", "GET", "/carts", Cart_Token=TOKEN).json()["parts"] == []


def test_a_seller_finds_its_offers_by_any_spelling_over_the_api(door: Door) -> None:
    publish(door, skus=[{**RED, "code": "T-1-R"}, BLUE])
    for typed, found in (("T1R", ["shirt"]), ("t_1 r", ["shirt"]), ("T1", [])):
        listed = door.do("seller", "GET", f"/offers?q={typed}").json()["offers"]
        assert [each["offer_id"] for each in listed] == found, typed
    assert door.do("rival", "GET", "/offers?q=T1R").json()["offers"] == []


def test_an_order_sheet_is_answered_as_its_lines_are_and_refused_with_its_reason(door: Door) -> None:
    red = publish(door)["R"]
    sent = {"Cart-Token": TOKEN, "Content-Type": "text/csv"}

    def post(path: str, content: bytes, **more: str) -> Any:
        headers = {**sent, "Idempotency-Key": f"sheet-{len(content)}-{path}", **more}
        return door.client.post(f"/api/v1/carts/quick-lines/{path}", content=content, headers=headers)

    sheet = "货号,规格,数量\nR,,10\n\nshirt,红,20\nnobody,,1\n".encode("gb18030")
    answer = post("file/preview", sheet).json()
    assert [(line["line"], line["outcome"]) for line in answer["lines"]] == [
        (1, "heading"), (2, "found"), (4, "found"), (5, "not_found"),
    ]  # fmt: skip
    assert answer["amount_fen"] == 30_000
    first = post("file", sheet)
    assert (first.status_code, first.json()["facts"]["added"], first.json()["facts"]["refused"]) == (
        200, "2,4", "5:not_found",
    )  # fmt: skip
    assert post("file", sheet).headers["Idempotent-Replayed"] == "true"
    (part,) = door.do("", "GET", "/carts", Cart_Token=TOKEN).json()["parts"]
    assert [(line["sku_id"], line["quantity"]) for line in part["lines"]] == [(red, 30)]
    for content, code in (
        (b"", "sheet_unreadable"),
        (b"\xd0\xcf\x11\xe0", "sheet_unreadable"),
        (b"A,1\n" * 201, "pasted_too_long"),
        (b"A,1\n".ljust((2 << 20) + 1), "sheet_too_large"),
    ):
        refused = post("file/preview", content)
        assert (refused.status_code, refused.json()["code"], refused.json()["parameter"]) == (400, code, "file")
    assert post("file", b"A,1\n".ljust((2 << 20) + 1)).json()["code"] == "sheet_too_large"
    assert post("file/preview", b" " * (3 << 20)).status_code == 413


@pytest.mark.parametrize(("kind", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_an_empty_order_sheet_can_be_had(door: Door, kind: str, begins: bytes) -> None:
    answer = door.client.get(f"/api/v1/carts/quick-lines/template?format={kind}")
    assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)
    assert f"quick-order.{kind}" in answer.headers["Content-Disposition"]
    assert door.client.get("/api/v1/carts/quick-lines/template?format=pdf").status_code == 400
