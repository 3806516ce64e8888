from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from tests.text_analysis.conftest import TITLES
from tests.text_analysis.encoder_contract import EncoderContract, unavailable
from text_analysis.analyzer import Analyzer
from text_analysis.encoders.bge import BgeEncoder
from text_analysis.encoders.fetch import ModelMissing, find_bge
from text_analysis.encoders.fit import fit_static
from text_analysis.encoders.port import Progress
from text_analysis.encoders.static import StaticEncoder, StaticModel, StaticModelUnreadable, spaced

TEST_MODELS_DIR = Path.home() / ".cache" / "pifa-test-models"


class SummingTeacher:
    """A teacher that a sum of token vectors can follow: each character has a fixed random direction."""

    name = "teacher"
    dimensions = 32
    fingerprint = "teacher-1"

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        rows = [sum((self._direction(c) for c in text if c != " "), np.zeros(self.dimensions)) for text in texts]
        vectors = np.array(rows, np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    def _direction(self, character: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(character.encode()).digest()[:4])
        return np.random.default_rng(seed).normal(size=self.dimensions)


@pytest.fixture(scope="module")
def corpus() -> list[str]:
    """Pieces of our titles, each with neighbours, so that tokens recur."""
    words = [word for title in TITLES for word in title.split()]
    return list(dict.fromkeys([*TITLES, *(f"{a} {b}" for a in words for b in words if a != b)]))[:1400]


@pytest.fixture(scope="module")
def model(corpus: list[str], analyzer: Analyzer) -> StaticModel:
    return fit_static(corpus, SummingTeacher(), analyzer=analyzer, seed=7)


@pytest.fixture(scope="module")
def bge() -> BgeEncoder:
    """The real model, from the cache of the tests; fetched into it once where a Maven client is at hand."""
    try:
        return BgeEncoder(find_bge(models_dir=TEST_MODELS_DIR, hub_repo=""), threads=1)
    except ModelMissing as missing:
        unavailable(f"BGE is not tested: {missing.message}. A Maven client on the PATH mends it")
        raise


class TestStatic(EncoderContract):
    @pytest.fixture
    def encoder(self, model: StaticModel, analyzer: Analyzer) -> StaticEncoder:
        return StaticEncoder(model, analyzer)


class TestBge(EncoderContract):
    @pytest.fixture
    def encoder(self, bge: BgeEncoder) -> BgeEncoder:
        return bge


def test_a_fitted_student_follows_its_teacher_on_texts_it_never_saw(model: StaticModel) -> None:
    assert model.facts["held_out_texts"] == 70
    assert float(str(model.facts["held_out_cosine"])) > 0.9


def test_fitting_is_repeatable(corpus: list[str], analyzer: Analyzer, model: StaticModel) -> None:
    again = fit_static(iter(corpus), SummingTeacher(), analyzer=analyzer, seed=7)
    assert again.vocabulary == model.vocabulary
    assert np.array_equal(again.vectors, model.vectors)


def test_fewer_dimensions_and_a_smaller_vocabulary_are_kept_to(corpus: list[str], analyzer: Analyzer) -> None:
    seen: list[tuple[str, int, int]] = []
    small = fit_static(
        corpus,
        SummingTeacher(),
        analyzer=analyzer,
        dimensions=8,
        seed=7,
        vocabulary_max=50,
        progress=lambda phase, done, total: seen.append((phase, done, total)),
    )
    assert small.vectors.shape == (50, 8)
    assert small.vectors.dtype == np.float16
    assert seen[0] == ("teacher", len(corpus), len(corpus))
    assert seen[-1][0] == "solve"


def test_too_few_texts_are_refused(analyzer: Analyzer) -> None:
    with pytest.raises(ValueError, match="至少要有 20 条"):
        fit_static(["连衣裙", "连衣裙"], SummingTeacher(), analyzer=analyzer, seed=1)


def test_a_saved_student_comes_back_the_same(tmp_path: Path, model: StaticModel, analyzer: Analyzer) -> None:
    folder = tmp_path / "student"
    model.save(folder)
    model.save(folder)  # over an older one
    loaded = StaticEncoder.load(folder, analyzer)
    fresh = StaticEncoder(model, analyzer)
    assert loaded.fingerprint == fresh.fingerprint
    assert np.array_equal(loaded.encode_documents(TITLES), fresh.encode_documents(TITLES))
    assert StaticModel.load(folder).facts == model.facts
    assert sorted(path.name for path in tmp_path.iterdir()) == ["student"]


def test_the_saved_tokenizer_reads_spaced_text_as_our_tokens(
    tmp_path: Path, model: StaticModel, analyzer: Analyzer
) -> None:
    model.save(tmp_path / "student")
    tokenizer = Tokenizer.from_file(str(tmp_path / "student" / "tokenizer.json"))
    known = set(model.vocabulary)
    for title in TITLES:
        tokens = [token for token in spaced(analyzer, title).split(" ") if token in known]
        assert tokenizer.encode(" ".join(tokens), add_special_tokens=False).tokens == tokens
    assert tokenizer.encode("夏季连衣裙", add_special_tokens=False).tokens == ["夏季", "连衣裙"]


def test_a_folder_without_a_model_is_named(tmp_path: Path, analyzer: Analyzer) -> None:
    with pytest.raises(StaticModelUnreadable, match="nowhere"):
        StaticEncoder.load(tmp_path / "nowhere", analyzer)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(StaticModelUnreadable, match="broken"):
        StaticEncoder.load(tmp_path / "broken", analyzer)


def test_other_weights_have_another_fingerprint(model: StaticModel, analyzer: Analyzer) -> None:
    other = StaticModel(vocabulary=model.vocabulary, vectors=model.vectors * np.float16(2))
    assert StaticEncoder(other, analyzer).fingerprint != StaticEncoder(model, analyzer).fingerprint
