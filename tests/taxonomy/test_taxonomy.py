"""The shipped taxonomy keeps its rules, and the rules see what breaks them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from taxonomy.lint import attributes, crossings, findings, modifiers, names, sizes, structure
from taxonomy.load import SectorFileInvalid, load_taxonomy
from taxonomy.model import Attribute, Category, CategoryMissing, Taxonomy

DATA = Path(__file__).parents[2] / "data" / "taxonomy"


@pytest.fixture(scope="module")
def shipped() -> Taxonomy:
    return load_taxonomy(DATA)


def with_node(taxonomy: Taxonomy, node: Category) -> Taxonomy:
    return Taxonomy({**taxonomy.nodes, node.id: node})


def test_the_shipped_taxonomy_has_no_finding(shipped: Taxonomy) -> None:
    assert list(findings(shipped)) == []


def test_it_has_forty_sectors_and_more_than_six_thousand_leaves(shipped: Taxonomy) -> None:
    assert len(shipped.sectors) == 40
    assert len(shipped.leaves) >= 6000


def test_attributes_come_down_and_the_nearer_one_wins(shipped: Taxonomy) -> None:
    for leaf in shipped.leaves[::97]:
        effective = shipped.attributes(leaf.id)
        ids = [attribute.id for attribute in effective]
        assert len(ids) == len(set(ids))
        for node in shipped.path(leaf.id):
            assert {attribute.id for attribute in node.attributes} <= set(ids)
        group = shipped.path(leaf.id)[1]
        assert effective[: len(group.attributes)] == group.attributes


def test_a_missing_category_is_named(shipped: Taxonomy) -> None:
    with pytest.raises(CategoryMissing, match="999999"):
        shipped.get("999999")


def test_a_duplicate_across_sectors_is_found(shipped: Taxonomy) -> None:
    first, other = shipped.leaves[0], shipped.leaves[-1]
    broken = with_node(shipped, replace(other, synonyms=(first.name,)))
    assert [line for line in names(broken) if first.name in line] == [f"{first.name}: stands at {first.id}, {other.id}"]


def test_an_orphan_is_found(shipped: Taxonomy) -> None:
    broken = with_node(shipped, replace(shipped.leaves[0], id="998877", parent_id="9988"))
    assert any("998877" in line for line in structure(broken))


def test_a_cycle_is_found(shipped: Taxonomy) -> None:
    group = shipped.path(shipped.leaves[0].id)[1]
    broken = with_node(shipped, replace(group, parent_id=shipped.leaves[0].id))
    assert any(line.startswith(group.id) for line in structure(broken))


def test_a_thin_sector_is_found(shipped: Taxonomy) -> None:
    kept = {k: n for k, n in shipped.nodes.items() if not (k.startswith("40") and n.level == 3 and k > "400305")}
    assert any(line.startswith("40 ") and "fewer than 80" in line for line in sizes(Taxonomy(kept)))


def test_a_leaf_short_of_attributes_is_found(shipped: Taxonomy) -> None:
    group = shipped.path(shipped.leaves[0].id)[1]
    broken = with_node(shipped, replace(group, attributes=()))
    assert any("0 attributes below its sector" in line for line in attributes(broken))


def test_a_badly_formed_attribute_is_found(shipped: Taxonomy) -> None:
    group = shipped.path(shipped.leaves[0].id)[1]
    bad = Attribute(id="Bad Id", name="坏", type="choice", values=("一", "一"))
    lines = list(attributes(with_node(shipped, replace(group, attributes=(*group.attributes, bad)))))
    assert any("snake_case" in line for line in lines)
    assert any("stands twice" in line for line in lines)


def test_a_modifier_put_before_many_nouns_is_found(shipped: Taxonomy) -> None:
    renamed = {leaf.id: replace(leaf, name=f"超级{leaf.name}") for leaf in shipped.leaves if leaf.id.startswith("40")}
    assert any("超级 opens" in line for line in modifiers(Taxonomy({**shipped.nodes, **renamed})))


def test_two_crossed_lists_are_found(shipped: Taxonomy) -> None:
    leaves = [leaf for leaf in shipped.leaves if leaf.id.startswith("40")][:8]
    crossed = [f"{who}{what}" for who in ("男士", "女士") for what in ("皮鞋", "凉鞋", "拖鞋", "棉鞋")]
    renamed = {leaf.id: replace(leaf, name=name) for leaf, name in zip(leaves, crossed, strict=True)}
    assert any("share" in line for line in crossings(Taxonomy({**shipped.nodes, **renamed})))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "01-broken.yaml").write_text("id: '01'\nname: 坏\n", "utf-8")
    with pytest.raises(SectorFileInvalid, match=r"01-broken\.yaml"):
        load_taxonomy(tmp_path)
