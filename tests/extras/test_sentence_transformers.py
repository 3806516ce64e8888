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
from text_analysis.encoders.static import StaticEncoder, spaced

DATA = Path(__file__).parents[2] / "data"


class TestSentenceTransformersEncoder(EncoderContract):
    """The port's promises."""

    @pytest.fixture(scope="class")
    def encoder(self) -> Encoder:
        return SentenceTransformersEncoder(str(DATA / "encoder"))


def test_the_shipped_student_loads_as_a_sentence_transformer_and_gives_the_served_vectors() -> None:
    analyzer = Analyzer.load(DATA)
    served = StaticEncoder.load(DATA / "encoder", analyzer).encode_documents(TITLES)
    loaded = SentenceTransformer(str(DATA / "encoder"), device="cpu")
    theirs = np.asarray(loaded.encode([spaced(analyzer, title) for title in TITLES], normalize_embeddings=True))
    assert np.einsum("ij,ij->i", served, theirs).min() > 0.999
