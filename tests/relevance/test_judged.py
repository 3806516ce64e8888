"""The judged set is what its README says, and points at things that exist."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.relevance.judged import CLASSES, JudgedFileInvalid, JudgedQuery, load_judged
from taxonomy.load import load_taxonomy
from taxonomy.model import Taxonomy

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def tree() -> Taxonomy:
    return load_taxonomy(DATA / "taxonomy")


@pytest.fixture(scope="module")
def queries() -> tuple[JudgedQuery, ...]:
    return load_judged(DATA / "judged" / "queries.tsv")


def test_every_class_has_two_hundred_queries_in_two_equal_halves(queries: tuple[JudgedQuery, ...]) -> None:
    halves = Counter((query.query_class, query.split) for query in queries)
    assert {query_class for query_class, _ in halves} == set(CLASSES)
    for query_class in CLASSES:
        tune, test = halves[query_class, "tune"], halves[query_class, "test"]
        assert tune + test >= 200
        assert abs(tune - test) <= 2


def test_half_of_every_class_is_worded_outside_the_taxonomy(queries: tuple[JudgedQuery, ...]) -> None:
    for query_class in CLASSES:
        of_class = [query for query in queries if query.query_class == query_class]
        assert sum(query.wording == "outside" for query in of_class) * 2 >= len(of_class)


def test_outside_wording_names_no_accepted_category(queries: tuple[JudgedQuery, ...], tree: Taxonomy) -> None:
    named = []
    for query in queries:
        if query.wording == "outside":
            text = query.text.replace(" ", "").lower()
            named += [(query.text, name) for name in _names(query, tree) if name.lower() in text]
    assert named == []


def test_ids_and_texts_stand_once_and_all_sectors_are_asked_for(queries: tuple[JudgedQuery, ...]) -> None:
    assert len({query.id for query in queries}) == len(queries)
    assert len({query.text for query in queries}) == len(queries)
    assert len({category[:2] for query in queries for category in query.categories}) == 40


def test_categories_and_required_values_are_the_taxonomys_own(queries: tuple[JudgedQuery, ...], tree: Taxonomy) -> None:
    for query in queries:
        for category in (*query.categories, *query.near):
            tree.get(category)
        for requirement in query.requirements:
            if requirement.attribute:
                known = [
                    attribute
                    for leaf in tree.leaves
                    if leaf.id.startswith(query.categories)
                    for attribute in tree.attributes(leaf.id)
                    if attribute.id == requirement.attribute
                ]
                assert known, (query.text, requirement.attribute)
                if known[0].type == "choice":
                    values = {value for attribute in known for value in attribute.values}
                    assert values & set(requirement.values), (query.text, requirement)


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "queries.tsv"
    path.write_text(
        "id\tclass\twording\tsplit\ttext\tcategories\trequirements\nx1\tlong\tinside\ttune\t水杯\t240903\tnonsense\n",
        "utf-8",
    )
    with pytest.raises(JudgedFileInvalid, match="第 2 行"):
        load_judged(path)


def _names(query: JudgedQuery, tree: Taxonomy) -> list[str]:
    below = [leaf for leaf in tree.leaves if leaf.id.startswith(query.categories)]
    return [
        *(word for leaf in below for word in (leaf.name, *leaf.synonyms)),
        *(tree.get(category).name for category in query.categories),
    ]
