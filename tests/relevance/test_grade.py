"""A listing's grade follows from what is true of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.relevance.grade import Judge, Listing, grade
from bench.relevance.judged import JudgedQuery, read_requirement
from kernel.offers import Offer, Supplier
from kernel.prices import PriceTier

SUPPLIER = Supplier(supplier_id="s1", name="义乌某厂", province="浙江", city="义乌市", factory=True)
OFFER = Offer(
    offer_id="o1",
    title="304不锈钢保温杯 500ml 批发",
    supplier_id="s1",
    tiers=(PriceTier(min_quantity=10, unit_price_fen=1200), PriceTier(min_quantity=100, unit_price_fen=900)),
    moq=10,
    stock=500,
    dropship=True,
)
LISTING = Listing(
    offer=OFFER, supplier=SUPPLIER, leaf_id="241001", facts={"liner": ("304不锈钢",), "capacity_ml": ("500ml",)}
)


def query(*requirements: str, categories: tuple[str, ...] = ("241001",), near: tuple[str, ...] = ()) -> JudgedQuery:
    return JudgedQuery(
        id="q1",
        query_class="filtered",
        wording="inside",
        split="tune",
        text="保温杯",
        categories=categories,
        near=near,
        requirements=tuple(read_requirement(text) for text in requirements),
    )


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ((), 3),
        (("liner=304不锈钢|316不锈钢",), 3),
        (("liner=纯钛",), 1),
        (("liner=纯钛", "capacity_ml:450..550"), 2),
        (("liner=纯钛", "capacity_ml:..300", "f=dropship"), 1),
        (("p<=10",), 0),
        (("p<=10", "q=100"), 3),
        (("q=5",), 1),
        (("in=义乌",), 3),
        (("in=广东",), 1),
        (("f=factory", "f=in_stock"), 3),
        (("f=freight_free",), 1),
        (("moq<=10",), 3),
        (("!塑料|玻璃",), 3),
        (("!不锈钢", "liner=304不锈钢"), 0),
        (("p<=10", "q=100", "liner=纯钛", "f=freight_free", "capacity_ml:1..2"), 1),
        (("p<=10", "q=100", "liner=纯钛"), 2),
    ],
)
def test_the_grade_counts_the_requirements_that_hold(requirements: tuple[str, ...], expected: int) -> None:
    assert grade(query(*requirements), LISTING, near=False) == expected


def test_a_near_category_is_worth_one_even_when_all_else_holds() -> None:
    assert grade(query("liner=304不锈钢"), LISTING, near=True) == 1


def test_an_attribute_that_is_not_known_may_stand_in_the_title() -> None:
    unknown = replace(LISTING, facts={})
    assert grade(query("liner=304不锈钢"), unknown, near=False) == 3
    assert grade(query("liner=纯钛"), unknown, near=False) == 1


def test_a_price_on_request_meets_no_price() -> None:
    on_request = replace(LISTING, offer=replace(OFFER, tiers=()))
    assert grade(query("p<=10"), on_request, near=False) == 0


def test_only_listings_of_accepted_or_near_categories_are_graded() -> None:
    other = replace(LISTING, offer=replace(OFFER, offer_id="o2"), leaf_id="241002")
    far = replace(LISTING, offer=replace(OFFER, offer_id="o3"), leaf_id="230101")
    judge = Judge([LISTING, other, far])
    assert judge.grades(query()) == {"o1": 3}
    assert judge.grades(query(near=("2410",))) == {"o1": 3, "o2": 1}
    assert judge.grades(query(categories=("2410",))) == {"o1": 3, "o2": 3}
