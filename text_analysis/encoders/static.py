"""The static encoder: one vector a token, added up. Numpy alone: microseconds a query, 20,000 titles a second.

A saved model is a sentence-transformers folder (``StaticEmbedding`` + ``Normalize``). Its ``tokenizer.json`` is a
Unigram model in which every piece scores alike, so the fewest pieces win: on text that our own cut has spaced
(``spaced``) each token of the vocabulary is one piece, on raw text the longest words that it knows, which is near.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import Protocol

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from scipy import sparse
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from kernel.errors import Unavailable
from text_analysis.encoders.port import Progress

UNKNOWN = "[UNK]"  # row 0, a zero vector: what the vocabulary does not have adds nothing
_WEIGHTS = "embedding.weight"  # the name that StaticEmbedding gives it
_TABLE = "model.safetensors"
_TOKENIZER = "tokenizer.json"
_FACTS = "pifa.json"
_CHUNK_TEXTS = 4096  # 4096 titles of a hundred tokens: 5 MB of indices at a time
QUERIES_CACHED_MAX = 8192  # 1 KB each


class StaticModelUnreadable(Unavailable):
    """The folder holds no static model that can be read; the message names it."""

    code = "encoder_model_unreadable"


class TextTokens(Protocol):
    """What the encoder needs of the analyzer."""

    def tokens(self, text: str) -> tuple[list[str], list[str]]: ...


def spaced(analyzer: TextTokens, text: str) -> str:
    """The text as its tokens (words, then characters) with spaces between: what the saved tokenizer reads exactly."""
    words, characters = analyzer.tokens(text)
    return " ".join(chain(words, characters))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StaticModel:
    """A vector a token. ``vectors`` float16 (len(vocabulary), dimensions), row 0 that of unknown tokens.

    ``facts``: what it was fitted on and how well (teacher, texts, held_out_cosine, seed, ...); kept beside the weights.
    """

    vocabulary: tuple[str, ...]
    vectors: np.ndarray
    facts: dict[str, object] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Writes the sentence-transformers folder whole: beside it first, then renamed into place."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".static-") as work:
            made = Path(work) / "model"
            (made / "1_Normalize").mkdir(parents=True)
            save_file({_WEIGHTS: np.ascontiguousarray(self.vectors)}, made / _TABLE)
            self._tokenizer().save(str(made / _TOKENIZER))
            kind = "sentence_transformers.models"
            modules = [
                {"idx": 0, "name": "0", "path": ".", "type": f"{kind}.StaticEmbedding"},
                {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{kind}.Normalize"},
            ]
            settings: dict[str, object] = {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"}
            for name, value in (("modules", modules), ("config_sentence_transformers", settings), ("pifa", self.facts)):
                (made / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
            if folder.exists():
                shutil.move(folder, Path(work) / "old")
            os.replace(made, folder)

    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer(models.Unigram([(token, -1.0) for token in self.vocabulary], unk_id=0))
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        return tokenizer

    @classmethod
    def load(cls, folder: Path) -> StaticModel:
        """Reads a saved model; raises StaticModelUnreadable."""
        try:
            vectors = load_file(folder / _TABLE)[_WEIGHTS]
            tokenizer = json.loads((folder / _TOKENIZER).read_text(encoding="utf-8"))
            vocabulary = tuple(token for token, _ in tokenizer["model"]["vocab"])
            facts_file = folder / _FACTS
            facts = json.loads(facts_file.read_text(encoding="utf-8")) if facts_file.is_file() else {}
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise StaticModelUnreadable(f"读不了静态向量模型 {folder}：{error}") from error
        if len(vocabulary) != len(vectors):
            raise StaticModelUnreadable(f"静态向量模型 {folder} 的词表与向量行数不符")
        return cls(vocabulary=vocabulary, vectors=vectors, facts=facts)


class StaticEncoder:
    """An ``Encoder`` over a ``StaticModel``. Texts are cut by the analyzer, as the model was fitted."""

    def __init__(self, model: StaticModel, analyzer: TextTokens, *, name: str = "static") -> None:
        self._analyzer = analyzer
        self._table = model.vectors.astype(np.float32)
        self._table[0] = 0.0
        self._ids = {token: row for row, token in enumerate(model.vocabulary)}
        self._name = name
        digest = hashlib.sha256("\n".join(model.vocabulary).encode("utf-8", "replace"))
        digest.update(np.ascontiguousarray(model.vectors).tobytes())
        self._fingerprint = f"static-{digest.hexdigest()[:16]}"
        self._one = lru_cache(maxsize=QUERIES_CACHED_MAX)(self._encode_one)

    @classmethod
    def load(cls, folder: Path, analyzer: TextTokens) -> StaticEncoder:
        """From a folder that ``StaticModel.save`` wrote; raises StaticModelUnreadable."""
        return cls(StaticModel.load(folder), analyzer, name=f"static:{folder.name}")

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return int(self._table.shape[1])

    @property
    def fingerprint(self) -> str:
        """Of the model alone: a new dictionary word moves only the vectors of texts that contain it, and little."""
        return self._fingerprint

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 (n, dimensions), cached by text."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self._one(text) for text in texts])

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """float32 (n, dimensions) in order. ``progress`` is called with how many more texts are done."""
        out = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), _CHUNK_TEXTS):
            chunk = texts[start : start + _CHUNK_TEXTS]
            counts = token_counts(self._analyzer, chunk, self._ids)
            out[start : start + len(chunk)] = _unit(counts @ self._table)
            if progress is not None:
                progress(len(chunk))
        return out

    def _encode_one(self, text: str) -> np.ndarray:
        words, characters = self._analyzer.tokens(text)
        rows = list(map(self._ids.get, chain(words, characters), repeat(0)))
        total = self._table[rows].sum(axis=0) if rows else np.zeros(self.dimensions, np.float32)
        return np.asarray(_unit(total[None])[0])


def token_counts(analyzer: TextTokens, texts: Sequence[str], ids: dict[str, int]) -> sparse.csr_matrix:
    """float32 (texts, vocabulary): how often each token stands in each text; unknown ones are counted in column 0."""
    get = ids.get
    rows: list[int] = []
    bounds = [0]
    for text in texts:
        words, characters = analyzer.tokens(text)
        rows.extend(map(get, chain(words, characters), repeat(0)))
        bounds.append(len(rows))
    indices = np.array(rows, dtype=np.int32)
    data = np.ones(len(indices), dtype=np.float32)
    return sparse.csr_matrix((data, indices, np.array(bounds, dtype=np.int32)), shape=(len(texts), len(ids)))


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Rows of norm 1; zero rows stay zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)
