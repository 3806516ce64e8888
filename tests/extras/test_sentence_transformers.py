"""The extra: any sentence-transformers model is an encoder, and the static student that ships is one of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from tests.text_analysis.conftest import TITLES
from tests.text_analysis.encoder_contract import EncoderContract
from text_analysis.analyzer import Analyzer
from text_analysis.encoders.port import Encoder
from text_analysis.encoders.sentence_transformers import SentenceTransformersEncoder
from text_analysis.encoders.static import StaticEncoder, StaticModel, spaced

DATA = Path(__file__).parents[2] / "data"


class TestSentenceTransformersEncoder(EncoderContract):
    """The port's promises."""

    @pytest.fixture(scope="class")
    def encoder(self) -> Encoder:
        return SentenceTransformersEncoder(str(DATA / "encoder"))


def test_the_shipped_student_loads_as_a_sentence_transformer_and_gives_the_served_vectors() -> None:
    """Exact for tokens of its vocabulary; a token outside it is served as unknown there and cut in pieces here."""
    analyzer = Analyzer.load(DATA)
    model = StaticModel.load(DATA / "encoder")
    served = StaticEncoder(model, analyzer).encode_documents(TITLES)
    loaded = SentenceTransformer(str(DATA / "encoder"), device="cpu")
    known = set(model.vocabulary)
    inside = [" ".join(token for token in spaced(analyzer, title).split() if token in known) for title in TITLES]
    assert _least_cosine(served, loaded.encode(inside, normalize_embeddings=True)) > 0.999
    assert _least_cosine(served, loaded.encode([spaced(analyzer, t) for t in TITLES], normalize_embeddings=True)) > 0.9


def _least_cosine(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.einsum("ij,ij->i", left, np.asarray(right, dtype=np.float32)).min())
