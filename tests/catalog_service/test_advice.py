"""What a little more would bring: every piece of advice holds when it is taken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from catalog_service.domain.prices.advice import ADVICE_MAX, CARRYING_BP, Advice, Goal, advise
from catalog_service.domain.prices.basket import Facts, Purpose, SkuFacts
from catalog_service.domain.prices.line import price_basket, price_of, priced_basket
from catalog_service.domain.prices.terms import Discount, FreightTemplate, FreightZone, SupplierTerms
from catalog_service.domain.prices.values import Wanted
from catalog_service.domain.skus.values import OfferTerms, Sku
from kernel.offers import Offer
from tests.catalog_service.house import ladder
from tests.catalog_service.test_price_line import baskets

REGION = "浙江"


def shop(
    *offers: Offer,
    prices: dict[str, int] | None = None,
    terms: OfferTerms | None = None,
    stock: int | None = None,
    supplier: SupplierTerms | None = None,
    zone: FreightZone | None = None,
) -> Facts:
    """Two SKUs of every offer, ``a`` and ``b``; ``prices`` of single SKUs."""
    skus = {}
    for offer in offers:
        for letter in "ab":
            sku_id = f"{offer.offer_id}{letter}"
            own = ladder((1, prices[sku_id])) if prices and sku_id in prices else ()
            sku = Sku(sku_id=sku_id, offer_id=offer.offer_id, tiers=own, weight_g=100)
            skus[sku_id] = SkuFacts(
                sku=sku, offer=offer, live=True, available=stock, terms=terms or OfferTerms(freight_template_id="t")
            )
    template = FreightTemplate(template_id="t", supplier_id="s", name="快递", zones=(zone or FreightZone(),))
    return Facts(
        supplier_id="s", buyer_company_id="c", skus=skus, supplier=supplier or SupplierTerms(supplier_id="s"),
        freight={"t": template},
    )  # fmt: skip


def cup(**more: object) -> Offer:
    return replace(
        Offer(offer_id="cup", title="杯", supplier_id="s", moq=10, tiers=ladder((10, 240), (50, 200))),
        **more,  # type: ignore[arg-type]
    )


def advised(facts: Facts, wanted: list[Wanted], *, region: str = REGION) -> list[Advice]:
    basket = priced_basket(facts, wanted, region=region, purpose=Purpose.WHOLESALE)
    return advise(basket, price_of(basket, wanted))


def asked(facts: Facts, **quantities: int) -> list[Advice]:
    wanted = [Wanted(sku_id=sku_id, quantity=quantity) for sku_id, quantity in quantities.items()]
    return advised(facts, wanted)


@given(baskets())
def test_advice_costs_what_it_says_and_brings_no_new_problem(basket: tuple[Facts, list[Wanted]]) -> None:
    facts, wanted = basket
    before = price_basket(facts, wanted, region=REGION)
    found = advised(facts, wanted)
    assert len(found) <= ADVICE_MAX
    quantities = {each.sku_id: each.quantity for each in wanted}
    for advice in found:
        taken = [Wanted(sku_id=k, quantity=v) for k, v in {**quantities, advice.sku_id: advice.quantity}.items()]
        after = price_basket(facts, taken, region=REGION)
        assert advice.more == advice.quantity - quantities[advice.sku_id] > 0
        assert after.order.payable_fen - before.order.payable_fen == advice.extra_fen
        assert {(p.code, p.sku_id) for p in after.problems} <= {(p.code, p.sku_id) for p in before.problems}
        if advice.goal is Goal.MINIMUM:
            assert ("below_moq", advice.sku_id) not in {(p.code, p.sku_id) for p in after.problems}
        elif advice.goal is Goal.DISCOUNT:
            assert after.order.discount_fen > before.order.discount_fen
        elif advice.goal is Goal.FREE_FREIGHT:
            assert after.order.freight_fen < before.order.freight_fen


def test_the_next_tier_says_what_the_order_costs_then() -> None:
    (advice,) = asked(shop(cup()), cupa=45)
    assert (advice.goal, advice.quantity, advice.more) == (Goal.TIER, 50, 5)
    assert (advice.extra_fen, advice.gain_fen, advice.worth) == (50 * 200 - 45 * 240, 5 * 240 - (10_000 - 10_800), True)
    assert advice.message == "“杯”再加 5 件，到 50 件一档，反而少付 8 元"


def test_a_tier_far_away_is_said_to_be_not_worth_it() -> None:
    (advice,) = asked(shop(cup()), cupa=20)  # 30 more, above the 20 that are wanted
    assert (advice.more, advice.extra_fen, advice.worth) == (30, 5_200, False)
    assert advice.message.endswith("；用不完就不划算")


def test_the_minimum_is_reached_by_the_cheapest_sku_of_the_offer_in_whole_packs() -> None:
    facts = shop(cup(pack_multiple=4), prices={"cupa": 300, "cupb": 250})
    (advice,) = asked(facts, cupa=4, cupb=4)
    assert (advice.goal, advice.sku_id, advice.quantity, advice.worth) == (Goal.MINIMUM, "cupb", 8, True)


def test_a_mixed_batch_takes_the_way_that_costs_less_of_pieces_and_money() -> None:
    offers = cup(), replace(cup(), offer_id="lid", title="盖", tiers=ladder((10, 30)))
    terms = OfferTerms(mixed_batch=True)
    supplier = SupplierTerms(supplier_id="s", mixed_pieces_min=15, mixed_fen_min=100_000)
    (advice,) = asked(shop(*offers, terms=terms, supplier=supplier), cupa=5, lida=5)
    assert (advice.goal, advice.sku_id, advice.more, advice.extra_fen) == (Goal.MIXED_BATCH, "lida", 5, 150)
    assert "混批满 15 件或满 1000 元" in advice.message


def test_a_discount_is_reached_though_a_tier_on_the_way_makes_the_goods_cheaper() -> None:
    supplier = SupplierTerms(supplier_id="s", discounts=(Discount(from_fen=11_900, off_fen=3_000),))
    found = {advice.goal: advice for advice in asked(shop(cup(), supplier=supplier), cupa=45)}
    assert (found[Goal.DISCOUNT].quantity, found[Goal.DISCOUNT].extra_fen) == (60, 60 * 200 - 3_000 - 45 * 240)


def test_free_freight_is_named_where_the_goods_go() -> None:
    zone = FreightZone(first_g=1_000, first_fen=900, step_g=1_000, step_fen=100, free_pieces=60)
    found = {advice.goal: advice for advice in asked(shop(cup(), zone=zone), cupa=55)}
    assert (found[Goal.FREE_FREIGHT].more, found[Goal.FREE_FREIGHT].worth) == (5, True)
    wanted = [Wanted(sku_id="cupa", quantity=55)]
    facts = shop(cup(), zone=zone)
    assert advised(facts, wanted, region="") == []


def test_nothing_is_advised_that_is_not_in_stock() -> None:
    assert asked(shop(cup(), stock=48), cupa=45) == []


@pytest.mark.parametrize(("off_fen", "worth"), [(400, True), (200, False)])
def test_a_small_gain_does_not_pay_for_goods_that_lie(off_fen: int, worth: bool) -> None:
    plain = cup(tiers=ladder((10, 240)))
    supplier = SupplierTerms(supplier_id="s", discounts=(Discount(from_fen=10_000, off_fen=off_fen),))
    (advice,) = asked(shop(plain, supplier=supplier), cupa=21)  # 21 more; gain against 5 % of what they cost
    assert advice.worth is (advice.gain_fen * 10_000 >= advice.extra_fen * CARRYING_BP) is worth
