"""BGE-small-zh int8 through onnxruntime: the best vectors that need no torch. 512 dimensions, first-token pooling."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from text_analysis.encoders.fetch import ModelFiles, find_bge
from text_analysis.encoders.port import Progress

# Titles have at most 60 characters, some 45 tokens; 128 leaves room for facts, and bounds the time of a pasted page.
TOKENS_MAX = 128
# Largest that still gains on two cores (measured in the study of encoders); sorted by length, little of it is padding.
BATCH_TEXTS = 64
# 2 KB a query: 16 MB. Popular queries and the pages of one search are most of a shop's traffic.
QUERIES_CACHED_MAX = 8192
# Tokenised this many at a time, so that sorting by length has something to sort and memory stays flat.
_CHUNK_TEXTS = 64 * BATCH_TEXTS


class BgeEncoder:
    """An ``Encoder``. Queries and documents are encoded alike: both are short, and no instruction measured better."""

    def __init__(self, files: ModelFiles, *, threads: int = 0, name: str = "bge-small-zh-v1.5-int8") -> None:
        """``threads`` within one run of the network; 0 lets onnxruntime take every core."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(files.model, options, providers=["CPUExecutionProvider"])
        self._inputs = {put.name for put in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(files.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(TOKENS_MAX)
        self._name = name
        self._dimensions = int(self._session.get_outputs()[0].shape[-1])
        digest = hashlib.sha256(f"{files.sha256}/cls/l2/{TOKENS_MAX}".encode())
        self._fingerprint = f"bge-{digest.hexdigest()[:16]}"
        self._cache: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def load(cls, *, models_dir: Path, folder: Path | None = None, fetch: bool = True, threads: int = 0) -> BgeEncoder:
        """From disk, or fetched once into ``models_dir``; raises ModelMissing."""
        return cls(find_bge(models_dir=models_dir, folder=folder, fetch=fetch), threads=threads)

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
        """float32 (n, dimensions); a query that was asked lately is not computed again."""
        missing = []
        found: dict[str, np.ndarray] = {}
        with self._lock:
            for text in texts:
                vector = self._cache.get(text)
                if vector is None:
                    missing.append(text)
                else:
                    self._cache.move_to_end(text)
                    found[text] = vector
        missing = list(dict.fromkeys(missing))
        if missing:
            found.update(zip(missing, self.encode_documents(missing), strict=True))
            with self._lock:
                for text in missing:
                    self._cache[text] = found[text]
                while len(self._cache) > QUERIES_CACHED_MAX:
                    self._cache.popitem(last=False)
        out = np.zeros((len(texts), self._dimensions), np.float32)
        for row, text in enumerate(texts):
            out[row] = found[text]
        return out

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> np.ndarray:
        """float32 (n, dimensions) in order. ``progress`` is called with how many more texts are done."""
        out = np.zeros((len(texts), self._dimensions), np.float32)
        for start in range(0, len(texts), _CHUNK_TEXTS):
            self._encode_chunk(texts[start : start + _CHUNK_TEXTS], out[start : start + _CHUNK_TEXTS], progress)
        return out

    def _encode_chunk(self, texts: Sequence[str], out: np.ndarray, progress: Progress | None) -> None:
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch([_clean(text) for text in texts])]
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        for start in range(0, len(order), BATCH_TEXTS):
            rows = order[start : start + BATCH_TEXTS]
            out[rows] = self._run([ids[row] for row in rows])
            if progress is not None:
                progress(len(rows))
        out[[row for row, text in enumerate(texts) if not text.strip()]] = 0.0

    def _run(self, batch: list[list[int]]) -> np.ndarray:
        """Unit vectors of one batch: the last layer at the first token."""
        length = len(batch[-1])  # sorted: the last is the longest
        tokens = np.zeros((len(batch), length), np.int64)
        mask = np.zeros_like(tokens)
        for row, ids in enumerate(batch):
            tokens[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        feeds = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        hidden = self._session.run(None, {name: feeds[name] for name in feeds if name in self._inputs})[0]
        first = hidden[:, 0].astype(np.float32)
        norms = np.linalg.norm(first, axis=1, keepdims=True)
        return np.asarray(first / np.maximum(norms, 1e-12), dtype=np.float32)


def _clean(text: str) -> str:
    """Text that UTF-8 can carry: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
