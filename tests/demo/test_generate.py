"""The demo catalog: repeatable, true to its own facts, valid as offers, shaped like a market."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from kernel.errors import Invalid
from kernel.prices import validate_ladder
from pifa.demo.generate import ATTACKS, BATCH_ROWS, Batch, DemoListing, generate
from pifa.demo.items import ean13, round_price
from pifa.demo.leaves import prepare_leaves, round_numbers
from pifa.demo.suppliers import DemoSupplier
from pifa.demo.words import DemoDataInvalid, load_words
from ranking.credit import score
from taxonomy.load import load_taxonomy
from taxonomy.model import Taxonomy

DATA = Path(__file__).parents[2] / "data"
NOW = 1_780_000_000
SEED = 11
LISTINGS, SUPPLIERS = 3_000, 800


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    return load_taxonomy(DATA / "taxonomy")


def batches(*, listings: int, suppliers: int = 200, seed: int = SEED) -> list[Batch]:
    return list(
        generate(taxonomy(), listings=listings, suppliers=suppliers, seed=seed, now=NOW, data_dir=DATA / "demo")
    )


@lru_cache(maxsize=1)
def market() -> tuple[tuple[DemoSupplier, ...], tuple[DemoListing, ...]]:
    made = batches(listings=LISTINGS, suppliers=SUPPLIERS)
    return (
        tuple(supplier for batch in made for supplier in batch.suppliers),
        tuple(listing for batch in made for listing in batch.listings),
    )


def test_the_same_seed_gives_the_same_catalog() -> None:
    assert batches(listings=300) == batches(listings=300)


def test_another_seed_gives_another_catalog() -> None:
    first, second = batches(listings=50), batches(listings=50, seed=SEED + 1)
    titles = {offer.title for batch in first for offer in batch.offers}
    assert not titles & {offer.title for batch in second for offer in batch.offers}


def test_a_larger_catalog_begins_with_the_smaller_one() -> None:
    small = [listing for batch in batches(listings=200) for listing in batch.listings]
    large = [listing for batch in batches(listings=1_300) for listing in batch.listings]
    assert large[:200] == small


def test_the_first_suppliers_are_the_same_whatever_their_number() -> None:
    few = [supplier for batch in batches(listings=0, suppliers=20) for supplier in batch.suppliers]
    many = [supplier for batch in batches(listings=0, suppliers=90) for supplier in batch.suppliers]
    assert many[:20] == few


def test_batches_are_bounded_and_suppliers_come_first() -> None:
    made = batches(listings=2_100, suppliers=1_100)
    assert [(len(batch.suppliers), len(batch.listings)) for batch in made] == [
        (BATCH_ROWS, 0), (100, 0), (0, BATCH_ROWS), (0, BATCH_ROWS), (0, 100),
    ]  # fmt: skip


@pytest.mark.parametrize(("listings", "suppliers", "parameter"), [(-1, 5, "listings"), (10, 0, "suppliers")])
def test_counts_out_of_bounds_are_refused(listings: int, suppliers: int, parameter: str) -> None:
    with pytest.raises(Invalid) as refusal:
        batches(listings=listings, suppliers=suppliers)
    assert refusal.value.parameter == parameter


def test_missing_word_lists_are_named(tmp_path: Path) -> None:
    with pytest.raises(DemoDataInvalid, match=r"grammar\.yaml"):
        load_words(tmp_path)


def test_every_ladder_is_valid_and_starts_at_the_minimum_order() -> None:
    for listing in market()[1]:
        offer = listing.offer
        validate_ladder(offer.tiers, moq=offer.moq)
        assert not offer.tiers or offer.tiers[0].min_quantity == offer.moq
        assert len(offer.tiers) <= 4
        assert offer.moq % offer.pack_multiple == 0


def test_listed_attributes_are_among_the_facts() -> None:
    for listing in market()[1]:
        for key, values in listing.offer.attributes.items():
            assert listing.facts[key] == values


def test_facts_are_values_that_the_taxonomy_knows() -> None:
    for listing in market()[1]:
        for attribute in taxonomy().attributes(listing.leaf_id):
            values = listing.facts.get(attribute.id, ())
            if attribute.type == "choice":
                assert set(values) <= set(attribute.values)
            elif attribute.type == "flag":
                assert set(values) <= {"是", "否"}
            elif values and attribute.range and attribute.id != "length_mm":
                number = float(values[0].removesuffix(attribute.unit))
                assert attribute.range[0] <= number <= attribute.range[1]


def _stated(listing: DemoListing, attribute_id: str) -> list[str]:
    """The attribute's values that stand in the title, once the names of goods and the facts are taken out of it."""
    leaf = taxonomy().get(listing.leaf_id)
    attribute = next((one for one in taxonomy().attributes(leaf.id) if one.id == attribute_id), None)
    spoken = listing.offer.title
    known = {value for values in listing.facts.values() for value in values}
    # A neighbouring product's name is what stuffing adds; what that says is said of the neighbour.
    neighbours = {sibling.name for sibling in taxonomy().children[leaf.parent_id]}
    for word in sorted({*neighbours, *leaf.synonyms, *known}, key=len, reverse=True):
        spoken = spoken.replace(word, " ")
    values = attribute.values if attribute is not None and attribute.type == "choice" else ()
    return [value for value in values if len(value) >= 3 and value in spoken]


@pytest.mark.parametrize("attribute_id", ["material", "thread", "grade", "power_w", "voltage_v", "capacity_ml"])
def test_a_title_states_no_other_value_than_the_facts(attribute_id: str) -> None:
    honest = [listing for listing in market()[1] if listing.attack != "stuffing"]
    assert [listing.offer.title for listing in honest if _stated(listing, attribute_id)] == []


def test_titles_promise_only_what_the_terms_keep() -> None:
    for listing in market()[1]:
        offer = listing.offer
        assert "一件代发" not in offer.title or offer.dropship
        assert "包邮" not in offer.title or offer.freight_free
        assert "支持定制" not in offer.title or offer.customisation or listing.facts.get("custom") == ("是",)
        assert "当天发货" not in offer.title or offer.dispatch_hours == 24


def test_titles_name_the_product_in_some_word_of_its_leaf() -> None:
    simple = str.maketrans("廠價發現貨雙機紅綠鐵連裝", "厂价发现货双机红绿铁连装")
    for listing in market()[1]:
        leaf = taxonomy().get(listing.leaf_id)
        title = "".join(
            chr(ord(letter) - 0xFEE0) if "！" <= letter <= "～" else letter for letter in listing.offer.title
        ).translate(simple)
        names = {re.sub("[！（）]", "", name) for name in (leaf.name, *leaf.synonyms)}
        title = re.sub("[！!()（）]", "", title)
        assert any(re.sub("[()]", "", name) in title for name in names), (leaf.name, listing.offer.title)


def test_titles_vary_and_keep_a_readable_length() -> None:
    titles = [listing.offer.title for listing in market()[1]]
    assert len(set(titles)) >= 0.999 * len(titles)
    assert all(8 <= len(title) <= 180 for title in titles)
    assert 30 < sum(map(len, titles)) / len(titles) < 60


def test_copies_are_the_same_item_at_other_suppliers_in_other_words() -> None:
    groups: dict[str, list[DemoListing]] = {}
    for listing in market()[1]:
        groups.setdefault(listing.item_key, []).append(listing)
    copied = [group for group in groups.values() if len(group) > 1]
    share = sum(len(group) - 1 for group in copied) / LISTINGS
    assert 0.08 < share < 0.2
    assert max(map(len, copied)) <= 7
    assert {len({listing.leaf_id for listing in group}) for group in copied} == {1}
    assert all(len({listing.offer.title for listing in group}) == len(group) for group in copied)
    assert all(len({listing.offer.supplier_id for listing in group}) == len(group) for group in copied)
    assert all(len({listing.facts.get("material") for listing in group}) == 1 for group in copied)


def test_attacks_of_every_kind_are_flagged_and_few() -> None:
    kinds = Counter(listing.attack for listing in market()[1])
    assert set(kinds) == {"", *ATTACKS}
    assert 0.01 < 1 - kinds[""] / LISTINGS < 0.05


def test_only_an_attack_stands_in_a_wrong_category() -> None:
    wrong = {listing.attack for listing in market()[1] if listing.offer.category_id != listing.leaf_id}
    assert wrong == {"wrong_category"}


def test_leaves_are_skewed_but_broad() -> None:
    sectors = Counter(listing.leaf_id[:2] for listing in market()[1])
    leaves = Counter(listing.leaf_id for listing in market()[1])
    assert set(sectors) == {sector.id for sector in taxonomy().sectors}
    assert sectors["18"] > 2 * sectors["39"]
    assert leaves.most_common(1)[0][1] >= 6


def test_suppliers_sell_what_they_specialise_in() -> None:
    suppliers = {demo.supplier.supplier_id: demo for demo in market()[0]}
    own = sum(listing.leaf_id[:4] in suppliers[listing.offer.supplier_id or ""].groups for listing in market()[1])
    assert own > 0.8 * LISTINGS


def test_credit_levels_from_0_to_5_all_occur_and_bad_events_too() -> None:
    levels = Counter(score(demo.credit_events).level for demo in market()[0])
    assert set(levels) == {0, 1, 2, 3, 4, 5}
    assert min(levels.values()) > 0.04 * SUPPLIERS
    kinds = {event.kind for demo in market()[0] for event in demo.credit_events}
    assert {"dispatched_late", "not_as_described", "dispute_lost"} <= kinds


def test_suppliers_live_where_their_trade_is() -> None:
    places = {place.city: place for place in load_words(DATA / "demo").places}
    for demo in market()[0]:
        assert demo.groups[0][:2] in places[demo.supplier.city].trades
        assert demo.supplier.province == places[demo.supplier.city].province
        assert demo.supplier.city in demo.supplier.name


def test_some_listings_have_no_price_no_stock_or_stock_unknown() -> None:
    offers = [listing.offer for listing in market()[1]]
    assert 0.015 < sum(not offer.tiers for offer in offers) / LISTINGS < 0.045
    assert 0 < sum(offer.stock == 0 for offer in offers) < 0.12 * LISTINGS
    assert 0.1 < sum(offer.stock is None for offer in offers) / LISTINGS < 0.3
    assert {offer.dispatch_hours for offer in offers} == {24, 48, 72, 168, None}
    assert all((offer.dropship_price_fen is not None) == offer.dropship for offer in offers)


def test_sales_are_heavy_tailed_and_nothing_was_published_later_than_now() -> None:
    sold = sorted(listing.offer.sold_count for listing in market()[1])
    assert sold[0] == 0
    assert sum(sold[-LISTINGS // 20 :]) > 0.5 * sum(sold)
    assert all(NOW - 2 * 365 * 86_400 <= listing.offer.published_at <= NOW for listing in market()[1])


def test_barcodes_carry_their_check_digit() -> None:
    assert ean13(400638133393) == "4006381333931"
    for listing in market()[1]:
        code = listing.offer.barcode
        assert code == "" or code == ean13(int(code[:12]))


def test_prices_are_round_and_never_nothing() -> None:
    assert [round_price(fen) for fen in (0.2, 37.4, 122.9, 4_567, 123_456)] == [1, 37, 125, 4_570, 123_500]


def test_numbers_are_round_and_inside_their_range() -> None:
    assert list(round_numbers(1, 10)) == [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]
    assert list(round_numbers(7, 7.5)) == [7]


def test_a_leaf_named_for_its_material_takes_no_other() -> None:
    leaves = prepare_leaves(taxonomy(), load_words(DATA / "demo"), seed=SEED)
    for plan in leaves.plans:
        material = next((one for one in plan.attributes if one.id == "material"), None)
        if material is not None and "304不锈钢" in plan.category.name:
            assert all("304" in value for value in material.values)


def test_pictures_follow_the_stated_colour() -> None:
    red = [listing.offer.picture for listing in market()[1] if listing.facts.get("color", ("",))[0] in {"红色", "红"}]
    assert red
    assert all("-d9484b-" in picture for picture in red)
