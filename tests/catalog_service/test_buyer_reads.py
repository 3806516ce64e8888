"""What the pages of buyers read, on both databases: goods of a cart, names of suppliers, a basket's price, a page of
orders with its lines."""

from __future__ import annotations

import pytest

from catalog_service.domain.companies.address import Address
from catalog_service.domain.machines import Actor
from catalog_service.domain.orders.values import OrderDraft, Party
from catalog_service.domain.prices.terms import SupplierTerms
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.reads.orders import OrderFilter
from catalog_service.service import Record
from tests.catalog_service.house import ADMIN, draft, ladder

MINE = "m:c:u"
WHERE = Address(
    recipient="张伟", phone="13800138000", province="浙江", city="金华", district="", street="稠州北路 1 号"
)


@pytest.fixture
def shop(record: Record) -> Record:
    for supplier_id, name in (("s-1", "甲厂"), ("s-2", "乙厂")):
        record.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name=name), request=ADMIN)
        offer = draft(f"o-{supplier_id}", supplier_id=supplier_id, moq=5, tiers=ladder((5, 100), (50, 90)), stock=500)
        record.publish_offer(draft=offer, request=ADMIN)
    return record


def test_a_cart_is_read_without_prices_and_its_goods_by_sku(shop: Record) -> None:
    wanted = [Wanted(sku_id="o-s-1", quantity=5), Wanted(sku_id="o-s-2", quantity=7)]
    shop.keep_cart.add(owner=MINE, wanted=wanted, request=ADMIN)
    shop.keep_cart.save(owner=MINE, sku_ids=["o-s-2"], saved=True, request=ADMIN)
    assert [(line.sku_id, line.quantity, line.saved) for line in shop.carts.lines(MINE)] == [
        ("o-s-1", 5, False), ("o-s-2", 7, True),
    ]  # fmt: skip
    assert (shop.carts.count(MINE), shop.carts.count("m:c:other")) == (1, 0)
    shop.withdraw_offer(offer_id="o-s-2", expected_version=None, request=ADMIN)
    goods = shop.carts.goods(["o-s-1", "o-s-2", "nothing"])
    assert {sku_id: each.offer.offer_id for sku_id, each in goods.items()} == {"o-s-1": "o-s-1", "o-s-2": "o-s-2"}


def test_names_terms_and_a_baskets_price(shop: Record) -> None:
    assert shop.suppliers.names(["s-1", "s-2", "nobody"]) == {"s-1": "甲厂", "s-2": "乙厂"}
    assert shop.suppliers.names([]) == {}
    terms = SupplierTerms(supplier_id="s-1", mixed_pieces_min=3)
    shop.set_supplier_terms(terms=terms, expected_version=None, request=ADMIN)
    assert shop.prices.mixed_terms("s-1").mixed_pieces_min == 3
    assert shop.prices.mixed_terms("s-2").mixed_pieces_min is None
    priced = shop.prices.basket("s-1", [Wanted(sku_id="o-s-1", quantity=60)], company_id="")
    assert (priced.order.goods_fen, priced.order.freight_fen, priced.problems) == (5_400, 0, ())
    (problem,) = shop.prices.basket("s-1", [Wanted(sku_id="o-s-2", quantity=60)], company_id="").problems
    assert (problem.code, problem.facts) == ("not_tradable", {"reason": "unknown"})


def test_a_page_of_orders_comes_with_its_lines_in_its_own_order(shop: Record) -> None:
    by = Party(company_id="c-1", member_id="u-1")
    for supplier_id in ("s-2", "s-1"):
        wanted = (Wanted(sku_id=f"o-{supplier_id}", quantity=5),)
        snapshot = shop.prices.basket(supplier_id, wanted, company_id="c-1").order.snapshot
        order = OrderDraft(supplier_id=supplier_id, wanted=wanted, snapshot=snapshot)
        shop.ordering.place(drafts=[order], address=WHERE, by=by, request=ADMIN)
    page = shop.ordering.reads.page(by, OrderFilter(side=Actor.BUYER), cursor=None, size=10)
    found = shop.ordering.reads.with_lines(page.items)
    assert [order for order, _ in found] == list(page.items)
    assert [[line.sku_id for line in lines] for _, lines in found] == [[f"o-{each.supplier_id}"] for each in page.items]
    assert {order.supplier_id for order, _ in found} == {"s-1", "s-2"}
    assert shop.ordering.reads.with_lines([]) == []
