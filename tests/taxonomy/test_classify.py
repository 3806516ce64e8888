"""Text to category."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.classify import Classifier
from taxonomy.load import load_taxonomy
from text_analysis.normalise import normalise

TAXONOMY = load_taxonomy(Path(__file__).parents[2] / "data" / "taxonomy")
CLASSIFIER = Classifier(TAXONOMY, normalise=normalise)


def names(text: str) -> list[str]:
    return [TAXONOMY.get(guess.category_id).name for guess in CLASSIFIER.classify(text)]


def test_a_title_that_names_its_leaf_goes_there() -> None:
    guesses = CLASSIFIER.classify("2026新款 厂家直销 304不锈钢内六角圆柱头螺钉 M8x30 现货")
    assert TAXONOMY.get(guesses[0].category_id).name == "内六角圆柱头螺钉"
    assert guesses[0].probability > 0.5


def test_a_head_noun_spreads_over_its_kinds_and_its_pieces_say_nothing() -> None:
    guesses = CLASSIFIER.classify("手机壳")
    assert len(guesses) > 3
    assert guesses[0].probability < 0.5
    assert all("壳" in name for name in names("手机壳")[:5])


def test_a_synonym_leads_to_its_leaf() -> None:
    leaf = next(leaf for leaf in TAXONOMY.leaves if leaf.synonyms)
    assert CLASSIFIER.classify(leaf.synonyms[0])[0].category_id == leaf.id


@pytest.mark.parametrize("text", ["", " ", "厂家直销", "zzzz", "，。！"])
def test_what_names_no_goods_is_unsure(text: str) -> None:
    assert all(guess.probability < 0.5 for guess in CLASSIFIER.classify(text))


@given(st.text(max_size=80))
def test_any_text_gives_probabilities_in_order_that_sum_to_at_most_one(text: str) -> None:
    guesses = CLASSIFIER.classify(text)
    probabilities = [guess.probability for guess in guesses]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-9
    assert len({guess.category_id for guess in guesses}) == len(guesses)


def test_most_leaf_names_lead_to_their_own_leaf() -> None:
    sample = TAXONOMY.leaves[::7]
    right = sum(CLASSIFIER.classify(leaf.name)[0].category_id == leaf.id for leaf in sample)
    assert right / len(sample) > 0.97
