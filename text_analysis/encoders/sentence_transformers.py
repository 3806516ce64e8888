"""Any sentence-transformers model, by id or folder. An extra: it brings torch, which serving does not need."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from kernel.errors import Unavailable
from text_analysis.encoders.port import Progress

BATCH_TEXTS = 64


class ExtraMissing(Unavailable):
    """The extra is not installed; the message gives the command."""

    code = "encoder_extra_missing"


class SentenceTransformersEncoder:
    """An ``Encoder`` over ``SentenceTransformer(model)``, with the model's own prompts for queries and documents."""

    def __init__(self, model: str, *, device: str = "cpu") -> None:
        """Loads the model (a hub id or a folder); raises ExtraMissing, or Unavailable when the model cannot be had."""
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise ExtraMissing(
                "没有安装 sentence-transformers：请运行 pip install 'pifa[sentence-transformers]'"
            ) from None
        try:
            self._model: Any = SentenceTransformer(model, device=device)
        except (OSError, ValueError) as error:
            raise Unavailable(f"载入不了模型 {model}：{error}", code="encoder_model_missing") from error
        self._name = f"sentence-transformers:{model}"
        self._dimensions = int(self._model.get_sentence_embedding_dimension())
        self._fingerprint = self._probe()

    def _probe(self) -> str:
        """A model has no digest of its own, so the vectors of fixed texts stand for it, rounded against noise."""
        probes = self._model.encode(["连衣裙 夏季", "M8x30 304不锈钢螺丝"], normalize_embeddings=True)
        rounded = np.round(np.asarray(probes, dtype=np.float32), 2) + 0.0  # no minus zero
        return f"st-{hashlib.sha256(rounded.tobytes()).hexdigest()[:16]}"

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        encode = getattr(self._model, "encode_query", self._model.encode)
        return self._unit(encode, texts)

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        encode = getattr(self._model, "encode_document", self._model.encode)
        out = np.zeros((len(texts), self._dimensions), np.float32)
        step = BATCH_TEXTS * 16
        for start in range(0, len(texts), step):
            batch = texts[start : start + step]
            out[start : start + len(batch)] = self._unit(encode, batch)
            if progress is not None:
                progress(len(batch))
        return out

    def _unit(self, encode: Any, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self._dimensions), np.float32)
        cleaned = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        vectors = encode(cleaned, batch_size=BATCH_TEXTS, normalize_embeddings=True, show_progress_bar=False)
        # A model divides by the number of tokens; of a text without any it makes NaN, of which the port makes zero.
        out = np.nan_to_num(np.array(vectors, dtype=np.float32), posinf=0.0, neginf=0.0)
        out[[row for row, text in enumerate(texts) if not text.strip()]] = 0.0
        return out
