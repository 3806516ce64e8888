"""The promises of the Encoder port as one suite: an adapter's test subclasses it and gives the fixture ``encoder``."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.text_analysis.conftest import TITLES
from text_analysis.encoders.port import Encoder


def unavailable(reason: str) -> None:
    """Skips with one loud line; with CI=true what cannot be had is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(f"!!! {reason}")


class EncoderContract:
    """Unit vectors, order, determinism, empty and hopeless texts, threads."""

    def test_vectors_are_unit_rows_of_float32(self, encoder: Encoder) -> None:
        for vectors in (encoder.encode_documents(TITLES), encoder.encode_queries(TITLES)):
            assert vectors.dtype == np.float32
            assert vectors.shape == (len(TITLES), encoder.dimensions)
            assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)

    def test_an_empty_batch_has_no_rows(self, encoder: Encoder) -> None:
        assert encoder.encode_documents([]).shape == (0, encoder.dimensions)
        assert encoder.encode_queries([]).shape == (0, encoder.dimensions)

    def test_a_text_of_nothing_is_a_zero_row(self, encoder: Encoder) -> None:
        vectors = encoder.encode_documents(["", "连衣裙", "   "])
        assert np.linalg.norm(vectors, axis=1).round(3).tolist() == [0, 1, 0]

    def test_order_is_kept(self, encoder: Encoder) -> None:
        forward = encoder.encode_documents(TITLES)
        backward = encoder.encode_documents(TITLES[::-1])
        assert np.abs(forward - backward[::-1]).max() < 1e-3

    def test_a_text_encodes_alike_in_any_company(self, encoder: Encoder) -> None:
        together = encoder.encode_documents([*TITLES, TITLES[0]])
        assert np.array_equal(together[0], together[-1])
        alone = np.concatenate([encoder.encode_documents([title]) for title in TITLES])
        assert np.einsum("ij,ij->i", together[:-1], alone).min() > 0.98

    def test_asking_again_gives_the_same(self, encoder: Encoder) -> None:
        first = encoder.encode_queries(["连衣裙 夏季", "M8x30"])
        assert np.array_equal(first, encoder.encode_queries(["连衣裙 夏季", "M8x30"]))
        assert np.array_equal(first[::-1], encoder.encode_queries(["M8x30", "连衣裙 夏季"]))

    def test_likeness_shows(self, encoder: Encoder) -> None:
        query = encoder.encode_queries(["碎花连衣裙 女"])[0]
        scores = encoder.encode_documents(TITLES) @ query
        assert int(scores.argmax()) == 0

    def test_no_text_makes_it_raise(self, encoder: Encoder) -> None:
        texts = ["\ud800", "\u0000", "🎁", "a" * 10_000, "连" * 5_000]
        assert encoder.encode_queries(texts).shape == (5, encoder.dimensions)
        assert np.isfinite(encoder.encode_documents(texts)).all()

    def test_progress_counts_every_text(self, encoder: Encoder) -> None:
        done: list[int] = []
        encoder.encode_documents(TITLES * 20, progress=done.append)
        assert sum(done) == len(TITLES) * 20

    def test_threads_may_share_it(self, encoder: Encoder) -> None:
        wanted = encoder.encode_documents(TITLES)
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(encoder.encode_documents, [TITLES] * 8):
                assert np.abs(found - wanted).max() < 1e-3

    def test_it_has_a_name_and_a_fingerprint(self, encoder: Encoder) -> None:
        assert encoder.name
        assert encoder.fingerprint
