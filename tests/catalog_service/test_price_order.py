"""Prices from the record's rows: what a search shows, what a preview says and what an order pays is one price."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from catalog_service.adapters.sql.store import SqlRecordStore
from catalog_service.domain.prices.basket import Purpose
from catalog_service.domain.prices.regions import RegionUnknown
from catalog_service.domain.prices.terms import Discount, FreightZone, SupplierTerms
from catalog_service.domain.prices.values import PricedOrder, Wanted
from catalog_service.domain.skus.values import SkuDraft, TradeTerms
from catalog_service.domain.suppliers.profile import SupplierDraft
from catalog_service.ports.prices import NotOrderable, OrderPricing
from catalog_service.service import Record
from catalog_service.use_cases.prices.keep_freight import FreightTemplateInUse
from kernel.errors import Invalid, NotFound
from kernel.prices import OwnPrice, price_at
from tests.catalog_service.house import ADMIN, draft, ladder, rows

STEPS = ladder((10, 1000), (100, 900), (500, 750))


def want(*pieces: tuple[str, int]) -> list[Wanted]:
    return [Wanted(sku_id=sku_id, quantity=quantity) for sku_id, quantity in pieces]


def order(record: Record, wanted: list[Wanted], *, company: str = "c-1", **more: Any) -> PricedOrder:
    pricing: OrderPricing = record.price_order
    stated = {"supplier_id": "s-1", "region": "浙江省", **more}
    return SqlRecordStore(record.engine).write(
        lambda transaction: pricing.price(transaction, buyer_company_id=company, wanted=wanted, **stated)
    )


@pytest.fixture
def shop(record: Record) -> Record:
    for supplier_id in ("s-1", "s-2"):
        record.register_supplier(draft=SupplierDraft(supplier_id=supplier_id, name=supplier_id), request=ADMIN)
    record.publish_offer(draft=draft("o-1", supplier_id="s-1", tiers=STEPS, stock=2_000), request=ADMIN)
    record.publish_offer(draft=draft("o-2", supplier_id="s-2", tiers=STEPS), request=ADMIN)
    return record


@pytest.mark.parametrize("quantity", [10, 99, 100, 499, 500, 2_000])
@pytest.mark.parametrize("company", ["c-1", "c-2"])
def test_search_price_and_shown_price_and_order_price_are_one(shop: Record, quantity: int, company: str) -> None:
    group = shop.keep_groups.create(seller="s-1", name="老客户", rate_bp=9_900, request=ADMIN).subject_id
    shop.keep_groups.set_members(seller="s-1", group_id=group, company_ids=["c-2"], expected_version=1, request=ADMIN)
    offer = shop.offers.offer("o-1").offer
    searched = price_at(offer.tiers, moq=offer.moq, quantity=quantity)
    shown = shop.prices.unit_price("o-1", quantity=quantity, sku_id=None, company_id=company)
    ordered = order(shop, want(("o-1", quantity)), company=company).lines[0]
    assert searched is not None
    assert shown.line is not None
    assert shown.line.steps == ordered.steps
    assert ordered.steps[0].fen == searched.unit_fen
    assert (shown.basis, len(ordered.steps)) == (("private", 2) if company == "c-2" else ("public", 1))


def test_a_company_sees_its_own_prices_on_the_hits_of_a_search(shop: Record) -> None:
    hits = ["o-2", "o-1", "gone"]
    assert shop.prices.own_prices(hits, quantity=100, company_id="c-2") == {}
    group = shop.keep_groups.create(seller="s-1", name="老客户", rate_bp=9_000, request=ADMIN).subject_id
    shop.keep_groups.set_members(seller="s-1", group_id=group, company_ids=["c-2"], expected_version=1, request=ADMIN)
    because = "客户组“老客户”按 90% 计价"
    for asked, fen, priced, basis in ((100, 810, 100, "quantity"), (None, 900, 10, "moq"), (3, 900, 10, "moq")):
        own = OwnPrice(unit_fen=fen, quantity=priced, basis=basis, because=because)
        assert shop.prices.own_prices(hits, quantity=asked, company_id="c-2") == {"o-1": own}
    assert shop.prices.own_prices(hits, quantity=100, company_id="c-1") == {}


@pytest.mark.parametrize("quantity", [None, 3, 10, 20, 99, 100, 500])
def test_an_own_price_is_that_of_the_price_endpoint_the_preview_and_the_order(
    shop: Record, quantity: int | None
) -> None:
    """Of an offer that is its own SKU, of one whose only SKU has a ladder of its own, and of one with several."""
    only = (SkuDraft(code="R", values=(("颜色", "红"),), tiers=ladder((10, 950), (100, 850), (500, 700)), stock=2_000),)
    two = (
        SkuDraft(code="A", values=(("颜色", "红"),), stock=2_000),
        SkuDraft(code="B", values=(("颜色", "蓝"),), tiers=ladder((1, 5_000)), stock=2_000),
    )
    for offer_id, skus in (("o-3", only), ("o-4", two)):
        trade = TradeTerms(skus=skus)
        shop.publish_offer(draft=draft(offer_id, supplier_id="s-1", tiers=STEPS), trade=trade, request=ADMIN)
    ids = dict(rows(shop, "SELECT code, sku_id FROM skus WHERE offer_id <> sku_id"))
    group = shop.keep_groups.create(seller="s-1", name="老客户", rate_bp=9_900, request=ADMIN).subject_id
    shop.keep_groups.set_members(seller="s-1", group_id=group, company_ids=["c-2"], expected_version=1, request=ADMIN)
    for version, (target, fen) in enumerate((("o-1", 700), (ids["R"], 600)), start=2):
        shop.keep_groups.set_price(
            seller="s-1", group_id=group, target_id=target, tiers=ladder((20, fen)), expected_version=version,
            request=ADMIN,
        )  # fmt: skip
    own = shop.prices.own_prices(["o-1", "o-3", "o-4"], quantity=quantity, company_id="c-2")
    assert own.keys() >= {"o-4"}
    for offer_id, sku_id in (("o-1", "o-1"), ("o-3", ids["R"]), ("o-4", ids["A"])):
        at = own[offer_id].quantity if offer_id in own else max(quantity or 10, 10)
        shown = shop.prices.unit_price(offer_id, quantity=at, sku_id=None, company_id="c-2")
        assert (shown.basis == "private") is (offer_id in own)
        cart = f"m:c-2:{offer_id}"
        shop.keep_cart.add(owner=cart, wanted=want((sku_id, at)), request=ADMIN)
        (part,) = shop.carts.parts(cart, company_id="c-2", region="浙江")
        ordered = order(shop, want((sku_id, at)), company="c-2")
        assert part.priced is not None
        assert part.priced.order.snapshot == ordered.snapshot
        prices = {ordered.lines[0].unit_fen, part.priced.order.lines[0].unit_fen, shown.line and shown.line.unit_fen}
        assert prices == {own[offer_id].unit_fen if offer_id in own else shown.line and shown.line.unit_fen}


@pytest.mark.parametrize("quantity", [10, 100, 500])
def test_of_several_skus_the_cheapest_own_price_stands_on_the_hit_and_in_the_order(shop: Record, quantity: int) -> None:
    """By the rate, by a SKU's own cheaper ladder, by an agreement about one SKU; never of a SKU that is sold out."""
    skus = {
        "by-rate": (SkuDraft(code="A1", values=(("颜色", "红"),)), SkuDraft(code="B1", values=(("颜色", "蓝"),))),
        "cheaper": (
            SkuDraft(code="A2", values=(("颜色", "红"),)),
            SkuDraft(code="B2", values=(("颜色", "蓝"),), tiers=ladder((1, 500))),
        ),
        "agreed": (SkuDraft(code="A3", values=(("颜色", "红"),)), SkuDraft(code="B3", values=(("颜色", "蓝"),))),
        "gone": (
            SkuDraft(code="A4", values=(("颜色", "红"),)),
            SkuDraft(code="B4", values=(("颜色", "蓝"),), tiers=ladder((1, 500)), stock=0),
        ),
    }
    for offer_id, stated in skus.items():
        goods = draft(offer_id, supplier_id="s-1", tiers=STEPS)
        shop.publish_offer(draft=goods, trade=TradeTerms(skus=stated), request=ADMIN)
    ids = dict(rows(shop, "SELECT code, sku_id FROM skus WHERE offer_id <> sku_id"))
    group = shop.keep_groups.create(seller="s-1", name="老客户", rate_bp=9_000, request=ADMIN).subject_id
    shop.keep_groups.set_members(seller="s-1", group_id=group, company_ids=["c-2"], expected_version=1, request=ADMIN)
    shop.keep_groups.set_price(
        seller="s-1", group_id=group, target_id=ids["B3"], tiers=ladder((1, 300)), expected_version=2, request=ADMIN
    )
    own = shop.prices.own_prices(list(skus), quantity=quantity, company_id="c-2")
    at = {10: 900, 100: 810, 500: 675}[quantity]
    assert {offer_id: (price.unit_fen, price.starting) for offer_id, price in own.items()} == {
        "by-rate": (at, False), "cheaper": (450, True), "agreed": (300, True), "gone": (at, False),
    }  # fmt: skip
    assert {own[offer_id].sku_id for offer_id in ("cheaper", "agreed")} == {ids["B2"], ids["B3"]}
    for offer_id, price in own.items():
        shown = shop.prices.unit_price(offer_id, quantity=quantity, sku_id=None, company_id="c-2")
        ordered = order(shop, want((price.sku_id or "", quantity)), company="c-2").lines[0]
        assert shown.line is not None
        assert (shown.sku_id, shown.starting, shown.basis) == (price.sku_id, price.starting, "private")
        assert shown.line.unit_fen == ordered.unit_fen == price.unit_fen
    assert shop.prices.own_prices(list(skus), quantity=quantity, company_id="c-1") == {}
    public = shop.prices.unit_price("cheaper", quantity=quantity, sku_id=None, company_id="c-1")
    assert (public.sku_id, public.basis, public.starting) == (None, "public", False)


def test_own_prices_are_one_batch_however_many_offers(shop: Record) -> None:
    group = shop.keep_groups.create(seller="s-1", name="老客户", rate_bp=9_000, request=ADMIN).subject_id
    shop.keep_groups.set_members(seller="s-1", group_id=group, company_ids=["c-2"], expected_version=1, request=ADMIN)
    hits = ["o-1"]
    for number in range(60):
        shop.publish_offer(draft=draft(f"n-{number}", supplier_id="s-1", tiers=STEPS), request=ADMIN)
        hits.append(f"n-{number}")
    said: list[str] = []
    sa.event.listen(shop.engine, "before_cursor_execute", lambda *at: said.append(at[2]))
    assert shop.prices.own_prices(hits, quantity=10, company_id="c-2").keys() == set(hits)
    assert sum(statement.startswith("SELECT") for statement in said) == 4
    said.clear()
    assert shop.prices.own_prices(hits, quantity=10, company_id="c-1") == {}
    assert sum(statement.startswith("SELECT") for statement in said) == 1


def test_preview_and_order_have_one_snapshot_until_something_changes(shop: Record) -> None:
    wanted = want(("o-1", 100))
    shop.keep_cart.add(owner="m:c-1:u", wanted=wanted, request=ADMIN)

    def previewed(company: str = "c-1") -> str:
        (part,) = shop.carts.parts("m:c-1:u", company_id=company, region="浙江")
        assert part.priced is not None
        return part.priced.order.snapshot

    before = previewed()
    assert order(shop, wanted).snapshot == before
    shop.change_stock.adjust(sku_id="o-1", change=-5, request=ADMIN)
    shop.announce_stock()
    assert previewed() == before  # a sale is no edit
    assert previewed("c-2") != before
    revised = draft("o-1", title="同价新标题", supplier_id="s-1", tiers=STEPS, stock=2_000)
    shop.revise_offer(draft=revised, expected_version=1, request=ADMIN)
    changed = previewed()
    assert changed != before
    terms = SupplierTerms(supplier_id="s-1", discounts=(Discount(from_fen=1, off_fen=1),))
    shop.set_supplier_terms(terms=terms, expected_version=0, request=ADMIN)
    assert previewed() not in (before, changed)
    assert order(shop, wanted).snapshot == previewed()


def test_every_problem_of_a_basket_is_told(shop: Record) -> None:
    with pytest.raises(NotOrderable) as refused:
        order(shop, want(("o-1", 3_000), ("o-2", 10), ("nobody", 1)))
    assert [(each["code"], each["sku_id"]) for each in refused.value.detail["problems"]] == [  # type: ignore[attr-defined]
        ("not_tradable", "nobody"), ("not_tradable", "o-2"), ("out_of_stock", "o-1"),
    ]  # fmt: skip
    shop.withdraw_offer(offer_id="o-1", request=ADMIN)
    with pytest.raises(NotOrderable) as refused:
        order(shop, want(("o-1", 5)))
    problems = refused.value.detail["problems"]
    assert [each["code"] for each in problems] == ["not_tradable", "below_moq"]  # type: ignore[attr-defined]
    assert refused.value.code == "not_orderable"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ([], "invalid"),
        (want(("o-1", 0)), "invalid"),
        (want(("o-1", -5)), "invalid"),
        (want(("o-1", 10**9 + 1)), "invalid"),
        (want(*((f"x{number}", 1) for number in range(51))), "too_many_lines"),
    ],
)
def test_what_is_no_basket_is_refused(shop: Record, wanted: list[Wanted], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        order(shop, wanted)
    assert refused.value.code == code


def test_an_order_without_a_province_is_refused(shop: Record) -> None:
    with pytest.raises(RegionUnknown):
        order(shop, want(("o-1", 10)), region="火星")


def test_freight_and_skus_and_terms_come_from_the_rows(shop: Record) -> None:
    zones = [FreightZone(first_g=1_000, first_fen=800, step_g=1_000, step_fen=100)]
    template = shop.keep_freight.create(seller="s-1", name="快递", zones=zones, request=ADMIN).subject_id
    skus = (
        SkuDraft(code="R", values=(("颜色", "红"),), weight_g=100, stock=50),
        SkuDraft(code="B", values=(("颜色", "蓝"),), weight_g=300, tiers=ladder((1, 1100)), stock=50),
        SkuDraft(code="X", values=(("颜色", "黑"),), on_sale=False, stock=50),
    )
    trade = TradeTerms(skus=skus, freight_template_id=template)
    shop.publish_offer(draft=draft("o-3", supplier_id="s-1", tiers=STEPS), trade=trade, request=ADMIN)
    ids = dict(rows(shop, "SELECT code, sku_id FROM skus WHERE offer_id = 'o-3'"))
    priced = order(shop, want((ids["R"], 6), (ids["B"], 4)))
    assert {line.sku_name: (line.unit_fen, line.weight_g) for line in priced.lines} == {
        "红": (1000, 100), "蓝": (1100, 300),
    }  # fmt: skip
    assert (priced.goods_fen, priced.freight_fen, priced.payable_fen) == (10_400, 900, 11_300)
    with pytest.raises(NotOrderable) as refused:
        order(shop, want((ids["X"], 10)))
    assert refused.value.detail["problems"][0]["reason"] == "not_on_sale"  # type: ignore[index]


def test_a_sample_is_priced_as_one(shop: Record) -> None:
    content = draft("o-4", supplier_id="s-1", tiers=STEPS, sample_price_fen=1500)
    shop.publish_offer(draft=content, request=ADMIN)
    assert order(shop, want(("o-4", 1)), purpose=Purpose.SAMPLE).payable_fen == 1500


def test_an_offer_without_a_template_goes_by_its_suppliers_default_or_says_who_bears_it(record: Record) -> None:
    record.register_supplier(draft=SupplierDraft(supplier_id="s-9", name="厂"), request=ADMIN)
    for offer_id, free in (("plain", False), ("free", True)):
        record.publish_offer(
            draft=draft(offer_id, supplier_id="s-9", tiers=ladder((1, 1_000)), freight_free=free), request=ADMIN
        )

    def carriage(*sku_ids: str) -> tuple[int, str]:
        priced = order(record, want(*((sku_id, 2) for sku_id in sku_ids)), supplier_id="s-9", region="浙江")
        return priced.freight_fen, priced.steps[-1].because

    assert carriage("free") == (0, "包邮")
    assert carriage("plain") == (0, "没有运费模板，运费由卖家承担")
    zones = [FreightZone(first_g=1_000, first_fen=800)]
    template_id = record.keep_freight.create(seller="s-9", name="快递", zones=zones, request=ADMIN).subject_id
    terms = SupplierTerms(supplier_id="s-9", freight_template_id=template_id)
    record.set_supplier_terms(terms=terms, expected_version=0, request=ADMIN)
    assert record.prices.supplier_terms(seller="s-9").freight_template_id == template_id
    assert carriage("plain") == (800, "“快递”：浙江，0 克")
    assert carriage("free") == (0, "包邮")
    with pytest.raises(FreightTemplateInUse):
        record.keep_freight.delete(seller="s-9", template_id=template_id, expected_version=None, request=ADMIN)
    with pytest.raises(NotFound):
        record.set_supplier_terms(
            terms=SupplierTerms(supplier_id="s-9", freight_template_id="another"), expected_version=1, request=ADMIN
        )
