"""The price line: what must hold of every price, whatever the terms."""

from __future__ import annotations

import dataclasses
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from catalog_service.domain.prices.basket import Facts, Purpose, SkuFacts
from catalog_service.domain.prices.freight import weight_fen, zone_of
from catalog_service.domain.prices.line import UNIT_PROCESSORS, Priced, price_basket
from catalog_service.domain.prices.regions import RegionUnknown, province_of
from catalog_service.domain.prices.snapshot import snapshot_of
from catalog_service.domain.prices.terms import (
    BuyerGroup,
    Discount,
    FreightTemplate,
    FreightZone,
    SupplierTerms,
    accept_template,
    accept_terms,
)
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import OfferTerms, Sku
from kernel.errors import Invalid
from kernel.offers import Offer
from kernel.prices import PriceTier, price_at
from tests.catalog_service.house import ladder

QUANTITIES = st.integers(1, 2_000)


@st.composite
def ladders(draw: st.DrawFn, *, moq: int) -> tuple[PriceTier, ...]:
    """A valid ladder whose first step is at the minimum or below it."""
    steps = sorted({draw(st.integers(1, moq)), *draw(st.lists(st.integers(1, 1_500), max_size=3))})
    prices = sorted(draw(st.lists(st.integers(1, 10_000), min_size=len(steps), max_size=len(steps))), reverse=True)
    return ladder(*zip(steps, prices, strict=True))


@st.composite
def baskets(draw: st.DrawFn) -> tuple[Facts, list[Wanted]]:
    """Two offers of two SKUs each under all terms at once, and a basket of them."""
    skus: dict[str, SkuFacts] = {}
    private: dict[str, tuple[PriceTier, ...]] = {}
    for number in (1, 2):
        moq = draw(st.integers(1, 50))
        offer = Offer(offer_id=f"o{number}", title="杯", supplier_id="s", moq=moq, tiers=draw(ladders(moq=moq)))
        terms = OfferTerms(moq_per_sku=draw(st.booleans()), mixed_batch=draw(st.booleans()), freight_template_id="t")
        for letter in "ab":
            own = draw(st.one_of(st.just(()), ladders(moq=moq)))
            sku = Sku(
                sku_id=f"o{number}{letter}", offer_id=offer.offer_id, tiers=own, weight_g=draw(st.integers(0, 900))
            )
            skus[sku.sku_id] = SkuFacts(sku=sku, offer=offer, live=True, available=None, terms=terms)
            if draw(st.booleans()):
                private[sku.sku_id] = draw(ladders(moq=30))
    facts = Facts(
        supplier_id="s",
        buyer_company_id="c",
        skus=skus,
        supplier=SupplierTerms(
            supplier_id="s", mixed_pieces_min=draw(st.one_of(st.none(), st.integers(1, 60))),
            discounts=(Discount(from_fen=5_000, off_fen=draw(st.integers(1, 900))),),
        ),
        group=draw(st.one_of(st.none(), st.builds(_group, st.integers(1, 10_000)))),
        private=private,
        freight={"t": FreightTemplate(template_id="t", supplier_id="s", name="快递", zones=ZONES)},
    )  # fmt: skip
    chosen = draw(st.lists(st.sampled_from(sorted(skus)), min_size=1, max_size=4, unique=True))
    return facts, [Wanted(sku_id=sku_id, quantity=draw(QUANTITIES)) for sku_id in chosen]


def _group(rate_bp: int) -> BuyerGroup:
    return BuyerGroup(group_id="g", supplier_id="s", name="老客户", rate_bp=rate_bp)


ZONES = (
    FreightZone(regions=("浙江",), first_g=1_000, first_fen=500, step_g=500, step_fen=100, free_fen=90_000),
    FreightZone(regions=("西藏",), delivered=False),
    FreightZone(first_g=1_000, first_fen=1_200, step_g=1_000, step_fen=600, free_pieces=1_000),
)


def price(facts: Facts, wanted: list[Wanted], region: str = "浙江", **more: Any) -> Priced:
    return price_basket(facts, wanted, region=region, **more)


@given(baskets(), st.randoms(use_true_random=False))
def test_the_same_basket_however_put_together_has_one_price_and_one_snapshot(
    basket: tuple[Facts, list[Wanted]], random: Any
) -> None:
    facts, wanted = basket
    ones = [Wanted(sku_id=each.sku_id, quantity=part) for each in wanted for part in (each.quantity - 1, 1) if part]
    random.shuffle(ones)
    assert price(facts, ones) == price(facts, wanted)


@given(baskets(), st.integers(1, 500))
def test_a_unit_price_never_rises_with_quantity(basket: tuple[Facts, list[Wanted]], more: int) -> None:
    facts, wanted = basket
    larger = [Wanted(sku_id=wanted[0].sku_id, quantity=wanted[0].quantity + more), *wanted[1:]]
    before = {line.sku_id: line.unit_fen for line in price(facts, wanted).order.lines}
    after = {line.sku_id: line.unit_fen for line in price(facts, larger).order.lines}
    assert [sku_id for sku_id in before if after[sku_id] > before[sku_id]] == []


@given(baskets())
def test_there_is_a_price_at_the_minimum_and_it_is_the_one_that_searches_show(
    basket: tuple[Facts, list[Wanted]],
) -> None:
    facts, _ = basket
    for sku_id, known in facts.skus.items():
        (line,) = price(facts, [Wanted(sku_id=sku_id, quantity=known.offer.moq)]).order.lines
        assert line.unit_fen >= 1
        shown = price_at(known.offer.tiers, moq=known.offer.moq, quantity=known.offer.moq)
        assert shown is not None
        assert (line.steps[0].name, line.steps[0].fen) == ("public_ladder", shown.unit_fen)


@given(baskets())
def test_sums_are_exact_and_the_last_step_is_the_price(basket: tuple[Facts, list[Wanted]]) -> None:
    order = price(*basket).order
    for line in order.lines:
        assert line.amount_fen == line.unit_fen * line.quantity
        assert line.steps[-1].fen == line.unit_fen
        assert all(step.name and step.because for step in line.steps)
    assert order.goods_fen == sum(line.amount_fen for line in order.lines)
    assert order.payable_fen == order.goods_fen - order.discount_fen + order.freight_fen == order.steps[-1].fen
    assert order.discount_fen >= 0
    assert order.freight_fen >= 0
    assert [line.sku_id for line in order.lines] == sorted({each.sku_id for each in basket[1]})


@given(baskets(), baskets())
def test_snapshots_are_equal_exactly_when_everything_is(
    one: tuple[Facts, list[Wanted]], other: tuple[Facts, list[Wanted]]
) -> None:
    first, second = price(*one).order, price(*other).order
    assert (first.snapshot == second.snapshot) == (first == second)
    assert len(first.snapshot) == 64
    for field in ("goods_fen", "freight_fen", "payable_fen", "discount_fen"):
        assert snapshot_of(dataclasses.replace(first, **{field: getattr(first, field) + 1})) != first.snapshot
    line = dataclasses.replace(first.lines[0], offer_version=first.lines[0].offer_version + 1)
    assert snapshot_of(dataclasses.replace(first, lines=(line, *first.lines[1:]))) != first.snapshot


@given(baskets())
def test_the_same_terms_read_twice_give_the_same_snapshot(basket: tuple[Facts, list[Wanted]]) -> None:
    facts, wanted = basket
    copied = dataclasses.replace(facts, skus=dict(reversed(facts.skus.items())), private=dict(facts.private))
    assert price(copied, wanted).order.snapshot == price(facts, wanted).order.snapshot


def sku(
    name: str = "a", *, own: tuple[PriceTier, ...] = (), stock: int | None = None, terms: Any = None, **offer: Any
) -> dict[str, SkuFacts]:
    stated = {"offer_id": "o", "title": "杯", "supplier_id": "s", "moq": 10, "tiers": ladder((10, 1000), (100, 800))}
    listing = Offer(**{**stated, **offer})
    of_offer = Sku(sku_id=name, offer_id=listing.offer_id, tiers=own, weight_g=600)
    return {name: SkuFacts(sku=of_offer, offer=listing, live=True, available=stock, terms=terms or OfferTerms())}


def facts_of(*skus: dict[str, SkuFacts], **more: Any) -> Facts:
    merged = {key: value for each in skus for key, value in each.items()}
    supplier = more.pop("supplier", SupplierTerms(supplier_id="s"))
    return Facts(supplier_id="s", buyer_company_id="c", skus=merged, supplier=supplier, **more)


def want(**pieces: int) -> list[Wanted]:
    return [Wanted(sku_id=sku_id, quantity=quantity) for sku_id, quantity in pieces.items()]


def codes(priced: Priced) -> list[tuple[str, str]]:
    return [(problem.code, problem.sku_id) for problem in priced.problems]


def test_skus_of_an_offer_count_together_unless_it_says_otherwise() -> None:
    together = facts_of(sku("a"), sku("b"))
    priced = price(together, want(a=60, b=50))
    assert [line.unit_fen for line in priced.order.lines] == [800, 800]
    assert priced.problems == ()
    alone = facts_of(sku("a", terms=OfferTerms(moq_per_sku=True)), sku("b", terms=OfferTerms(moq_per_sku=True)))
    priced = price(alone, want(a=60, b=5))
    assert [line.unit_fen for line in priced.order.lines] == [1000, 1000]
    assert codes(priced) == [("below_moq", "b")]
    assert priced.problems[0].facts == {"quantity": 5, "moq": 10, "missing": 5}


def test_every_step_is_named_in_one_order() -> None:
    facts = facts_of(sku("a", own=ladder((1, 900))), group=_group(9_000))
    (line,) = price(facts, want(a=10)).order.lines
    assert [(step.name, step.fen) for step in line.steps] == [
        ("public_ladder", 1000), ("sku_ladder", 900), ("private_price", 810),
    ]  # fmt: skip
    assert [processor.__name__ for processor in UNIT_PROCESSORS] == [
        "public_ladder", "sku_ladder", "private_price", "dropship_price", "sample_price",
    ]  # fmt: skip


def test_an_agreed_ladder_holds_from_its_first_step_and_never_makes_it_dearer() -> None:
    facts = facts_of(sku("a"), group=_group(10_000), private={"a": ladder((50, 700), (200, 650))})
    prices = [price(facts, want(a=quantity)).order.lines[0].unit_fen for quantity in (10, 49, 50, 200)]
    assert prices == [1000, 1000, 700, 650]
    dear = facts_of(sku("a"), group=_group(10_000), private={"o": ladder((1, 5_000))})
    (line,) = price(dear, want(a=10)).order.lines
    assert (line.unit_fen, len(line.steps)) == (1000, 1)


def test_a_rate_rounds_half_up_and_gives_nothing_away() -> None:
    facts = facts_of(sku("a", tiers=ladder((1, 5)), moq=1), group=_group(1))
    assert price(facts, want(a=1)).order.lines[0].unit_fen == 1
    facts = facts_of(sku("a", tiers=ladder((1, 105)), moq=1), group=_group(9_000))
    assert price(facts, want(a=1)).order.lines[0].unit_fen == 95  # 94.5


MIXED = OfferTerms(mixed_batch=True)


@pytest.mark.parametrize(
    ("terms", "quantities", "problems"),
    [
        ({"mixed_pieces_min": 8}, (4, 4), []),
        ({"mixed_pieces_min": 9}, (4, 4), ["mixed_batch_unmet", "mixed_batch_unmet"]),
        ({"mixed_fen_min": 8_000}, (4, 4), []),
        ({"mixed_fen_min": 8_001}, (4, 4), ["mixed_batch_unmet", "mixed_batch_unmet"]),
        ({"mixed_fen_min": 90_000, "mixed_pieces_min": 8}, (4, 4), []),
        ({"mixed_pieces_min": 50}, (4, 10), ["mixed_batch_unmet"]),
        ({}, (4, 10), ["below_moq"]),
    ],
)
def test_a_mixed_batch_waives_the_minimum_at_the_price_of_the_minimum(
    terms: dict[str, int], quantities: tuple[int, int], problems: list[str]
) -> None:
    facts = facts_of(
        sku("a", terms=MIXED), sku("b", terms=MIXED, offer_id="p"), supplier=SupplierTerms(supplier_id="s", **terms)
    )
    priced = price(facts, want(a=quantities[0], b=quantities[1]))
    assert [problem.code for problem in priced.problems] == problems
    assert [line.unit_fen for line in priced.order.lines] == [1000, 1000]
    if not problems:
        assert priced.order.lines[0].steps[-1].name == "mixed_batch"


def test_an_offer_that_takes_no_part_in_the_batch_neither_helps_nor_profits() -> None:
    supplier = SupplierTerms(supplier_id="s", mixed_pieces_min=8)
    facts = facts_of(sku("a", terms=MIXED), sku("b", offer_id="p"), supplier=supplier)
    assert codes(price(facts, want(a=4, b=4))) == [("mixed_batch_unmet", "a"), ("below_moq", "b")]


def test_all_problems_are_told_at_once() -> None:
    facts = facts_of(
        sku("a", pack_multiple=6, stock=20),
        {"b": dataclasses.replace(sku("b", offer_id="p")["b"], live=False)},
        sku("c", offer_id="q", tiers=()),
        freight={"t": FreightTemplate(template_id="t", supplier_id="s", name="快递", zones=ZONES)},
    )
    priced = price(facts, want(a=25, b=3, c=10, d=1))
    assert codes(priced) == [
        ("not_tradable", "d"), ("not_tradable", "b"), ("not_tradable", "c"), ("not_the_pack_multiple", "a"),
        ("below_moq", "b"), ("out_of_stock", "a"),
    ]  # fmt: skip
    by_code = {problem.code: problem.as_json() for problem in priced.problems}
    assert (by_code["not_the_pack_multiple"]["below"], by_code["not_the_pack_multiple"]["above"]) == (24, 30)
    assert (by_code["out_of_stock"]["wanted"], by_code["out_of_stock"]["available"]) == (25, 20)
    assert [problem.facts["reason"] for problem in priced.problems[:3]] == ["unknown", "not_live", "price_on_request"]


def test_samples_and_single_pieces_have_their_own_price_and_no_minimum() -> None:
    facts = facts_of(sku("a", sample_price_fen=1500, dropship=True, dropship_price_fen=1200, pack_multiple=5))
    for purpose, fen in ((Purpose.SAMPLE, 1500), (Purpose.DROPSHIP, 1200)):
        priced = price(facts, want(a=1), purpose=purpose)
        assert (priced.order.lines[0].unit_fen, priced.problems) == (fen, ())
    assert codes(price(facts, want(a=6), purpose=Purpose.SAMPLE)) == [("not_tradable", "a")]
    plain = facts_of(sku("a"))
    for purpose in (Purpose.SAMPLE, Purpose.DROPSHIP):
        assert codes(price(plain, want(a=1), purpose=purpose)) == [("not_tradable", "a")]


@pytest.mark.parametrize(
    ("region", "quantity", "fen"),
    [
        ("浙江", 10, 1_500),  # 6000 g: 500 + 10 x 100
        ("浙江", 90, 9_900 + 500 + 400 - 10_800),  # 90,000 fen of goods go free
        ("广东", 10, 1_200 + 5 * 600),
        ("广东", 1_000, 0),
    ],
)
def test_freight_goes_by_weight_until_enough_is_bought(region: str, quantity: int, fen: int) -> None:
    facts = facts_of(
        sku("a", terms=OfferTerms(freight_template_id="t")),
        freight={"t": FreightTemplate(template_id="t", supplier_id="s", name="快递", zones=ZONES)},
    )
    priced = price(facts, want(a=quantity), region)
    assert (priced.order.freight_fen, priced.problems) == (fen, ())
    assert priced.order.payable_fen == priced.order.goods_fen + fen


def test_where_nothing_is_delivered_nothing_can_be_ordered() -> None:
    facts = facts_of(
        sku("a", terms=OfferTerms(freight_template_id="t"), freight_free=True),
        freight={"t": FreightTemplate(template_id="t", supplier_id="s", name="快递", zones=ZONES)},
    )
    assert codes(price(facts, want(a=10), "西藏")) == [("not_delivered", "a")]
    assert codes(price(facts, want(a=10), "浙江")) == []
    assert price(facts, want(a=10), "广东").order.freight_fen == 0


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_weight_never_costs_less(weight: int, more: int) -> None:
    for zone in ZONES:
        assert weight_fen(zone, weight) <= weight_fen(zone, weight + more)


def test_the_best_discount_that_is_reached_is_taken() -> None:
    supplier = SupplierTerms(
        supplier_id="s",
        discounts=(Discount(from_fen=10_000, off_fen=500), Discount(from_fen=50_000, off_fen=4_000)),
    )
    facts = facts_of(sku("a"), supplier=supplier)
    taken = [price(facts, want(a=quantity)).order.discount_fen for quantity in (10, 50, 99)]
    assert taken == [500, 4_000, 4_000]
    below = facts_of(sku("a", moq=1, tiers=ladder((1, 9_999))), supplier=supplier)
    order = price(below, want(a=1)).order
    assert (order.discount_fen, [step.name for step in order.steps]) == (0, ["goods", "freight"])


def test_an_order_beyond_all_orders_is_refused_and_still_has_a_snapshot() -> None:
    facts = facts_of(sku("a", tiers=ladder((1, 10**12)), moq=1))
    priced = price(facts, want(a=10**9))
    assert [problem.facts.get("reason") for problem in priced.problems] == ["order_too_large"]
    assert len(priced.order.snapshot) == 64


@pytest.mark.parametrize(
    ("text", "short"),
    [("浙江省", "浙江"), ("北京市", "北京"), ("广西壮族自治区", "广西"), ("香港特别行政区", "香港"), ("新疆", "新疆")],
)
def test_provinces_are_known_by_their_long_names(text: str, short: str) -> None:
    assert province_of(text) == short


def test_what_is_no_province_is_refused() -> None:
    for text in ("", "江浙", "杭州", "浙"):
        with pytest.raises(RegionUnknown):
            province_of(text)


@pytest.mark.parametrize(
    ("zones", "parameter"),
    [
        ((), "zones"),
        ((FreightZone(), FreightZone()), "zones"),
        ((FreightZone(regions=("浙江",)), FreightZone(regions=("浙江省",))), "zones"),
        ((FreightZone(regions=("杭州",)),), "zones.0.regions"),
        ((FreightZone(step_fen=1),), "zones.0.step_g"),
        ((FreightZone(first_g=-1),), "zones.0.first_g"),
    ],
)
def test_a_template_that_leaves_doubt_is_refused(zones: tuple[FreightZone, ...], parameter: str) -> None:
    with pytest.raises(Invalid) as refused:
        accept_template(FreightTemplate(template_id="t", supplier_id="s", name="快递", zones=zones))
    assert refused.value.parameter == parameter


def test_a_zone_for_the_rest_is_read_last() -> None:
    template = FreightTemplate(template_id="t", supplier_id="s", name="快递", zones=ZONES)
    assert (zone_of(template, "浙江"), zone_of(template, "上海")) == (ZONES[0], ZONES[2])
    assert zone_of(dataclasses.replace(template, zones=ZONES[:2]), "上海") is None


@pytest.mark.parametrize(
    "stated",
    [
        {"mixed_pieces_min": 0},
        {"discounts": (Discount(from_fen=10, off_fen=11),)},
        {"discounts": (Discount(from_fen=10, off_fen=5), Discount(from_fen=20, off_fen=5))},
    ],
)
def test_terms_that_reward_buying_less_are_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        accept_terms(SupplierTerms(supplier_id="s", **stated))
