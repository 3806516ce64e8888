"""Every shape of the taxonomy has a picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from pifa.demo.words import load_words
from storefront.pictures import SHAPES, VARIANTS, draw

DATA = Path(__file__).parents[2] / "data"
LISTED = re.search(r"Shapes: (.*?)\n\n", (DATA / "taxonomy" / "FORMAT.md").read_text("utf-8"), re.DOTALL)


def test_every_shape_of_the_format_is_drawn() -> None:
    assert LISTED is not None
    assert set(LISTED[1].split()) == set(SHAPES)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_shape_is_well_formed_small_and_different_in_every_variant(shape: str) -> None:
    drawn = [draw(shape, "3f7fd0", variant) for variant in range(VARIANTS)]
    assert len(set(drawn)) == VARIANTS
    for picture in drawn:
        root = ElementTree.fromstring(picture)
        assert root.attrib["viewBox"] == "0 0 240 240"
        assert not list(root.iter("{http://www.w3.org/2000/svg}text"))
        assert "none" not in {mark.get("fill") for mark in root.iter() if mark.get("stroke") is None}
        assert len(picture.encode()) < 3_800


def test_most_pictures_take_under_3_kb() -> None:
    sizes = [len(draw(shape, "8fa3b5", variant)) for shape in SHAPES for variant in range(VARIANTS)]
    assert sum(size < 3_000 for size in sizes) > 0.98 * len(sizes)


def test_no_two_shapes_look_the_same() -> None:
    drawn = {draw(shape, "3f7fd0", 0) for shape in SHAPES}
    assert len(drawn) == len(SHAPES)


def test_the_colour_is_used() -> None:
    assert "#d9484b" in draw("dress", "d9484b", 0)
    assert draw("dress", "#D9484B", 0) == draw("dress", "d9484b", 0)


@pytest.mark.parametrize("colour", ["", "red", "12345", "</svg>", "1234567"])
def test_a_colour_that_is_none_gives_the_neutral_one(colour: str) -> None:
    assert draw("cup", colour, 0) == draw("cup", "8fa3b5", 0)


def test_an_unknown_shape_gives_a_box() -> None:
    assert draw("no-such-thing", "3f7fd0", 1) == draw("box", "3f7fd0", 1)


def test_variants_count_round() -> None:
    assert draw("lamp", "3f7fd0", VARIANTS + 2) == draw("lamp", "3f7fd0", 2)


def test_picture_rules_name_shapes_and_variants_that_exist() -> None:
    for rule in load_words(DATA / "demo").pictures:
        assert rule.shape in SHAPES, rule
        assert set(rule.variants) <= set(range(VARIANTS)), rule
