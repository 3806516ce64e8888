"""Fits the static encoder to a teacher: ridge regression of the texts' teacher vectors on their tokens.

All dimensions at once by conjugate gradient on the normal equations, preconditioned by their diagonal; nothing larger
than tokens x dimensions is ever made. Averages of words' own teacher vectors were measured to be worse than no vectors
at all; fitted ones keep most of the teacher.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain

import numpy as np
from scipy import sparse

from text_analysis.encoders.port import Encoder
from text_analysis.encoders.static import UNKNOWN, StaticModel, TextTokens, token_counts

HELD_OUT_SHARE = 0.05
# The best of 0.1, 0.3, 1, 2, 3 by held-out cosine on 13,000 real titles and queries; flat between 0.3 and 2.
RIDGE = 1.0
# The held-out cosine stops rising in the fourth digit after some thirty rounds; the bound is for odd data.
ROUNDS_MAX = 60
TOLERANCE = 1e-3
VOCABULARY_MAX = 60_000
# A token of one text only learns that text.
TEXTS_OF_TOKEN_MIN = 2
_CHUNK_TEXTS = 4096

FitProgress = Callable[[str, int, int], None]


def fit_static(
    texts: Iterable[str],
    teacher: Encoder,
    *,
    analyzer: TextTokens,
    dimensions: int | None = None,
    seed: int,
    vocabulary_max: int = VOCABULARY_MAX,
    ridge: float = RIDGE,
    progress: FitProgress | None = None,
) -> StaticModel:
    """A static model that stands in for ``teacher`` on texts like these (each distinct text counts once).

    ``dimensions`` below the teacher's keeps its leading principal directions over these texts. ``progress`` is called
    with (phase, done, all), phases ``teacher`` (texts) and ``solve`` (rounds). ``facts["held_out_cosine"]`` is the mean
    cosine to the teacher over 5 % of the texts that were not fitted on. Needs at least 20 texts, else ValueError.
    """
    corpus = list(dict.fromkeys(text for text in texts if text.strip()))
    if len(corpus) < 1 / HELD_OUT_SHARE:
        raise ValueError(f"至少要有 {int(1 / HELD_OUT_SHARE)} 条不同的文本才能训练，只有 {len(corpus)} 条")
    vocabulary = _vocabulary(corpus, analyzer, vocabulary_max)
    targets = _teach(corpus, teacher, progress)
    basis = _principal_directions(targets, dimensions)
    targets = targets if basis is None else targets @ basis
    counts = _even_rows(_count(corpus, analyzer, vocabulary))
    order = np.random.default_rng(seed).permutation(len(corpus))
    held_out, fitted = np.split(order, [max(1, round(len(corpus) * HELD_OUT_SHARE))])
    vectors = _solve(counts[fitted], targets[fitted], ridge=ridge, progress=progress)
    vectors[0] = 0.0
    packed = vectors.astype(np.float16)
    cosine = _mean_cosine(counts[held_out] @ packed.astype(np.float32), targets[held_out])
    facts: dict[str, object] = {
        "teacher": teacher.fingerprint,
        "texts": len(corpus),
        "tokens": len(vocabulary),
        "dimensions": int(packed.shape[1]),
        "held_out_texts": len(held_out),
        "held_out_cosine": round(cosine, 4),
        "ridge": ridge,
        "seed": seed,
    }
    return StaticModel(vocabulary=tuple(vocabulary), vectors=packed, facts=facts)


def _vocabulary(corpus: list[str], analyzer: TextTokens, limit: int) -> dict[str, int]:
    """Rows by token, the unknown one first, then by how many texts have the token (ties by spelling)."""
    texts_of: Counter[str] = Counter()
    for text in corpus:
        words, characters = analyzer.tokens(text)
        texts_of.update(set(chain(words, characters)))
    usual = [(count, token) for token, count in texts_of.items() if count >= TEXTS_OF_TOKEN_MIN and token != UNKNOWN]
    usual.sort(key=lambda item: (-item[0], item[1]))
    return {token: row for row, token in enumerate([UNKNOWN, *(token for _, token in usual[: limit - 1])])}


def _teach(corpus: list[str], teacher: Encoder, progress: FitProgress | None) -> np.ndarray:
    """The teacher's unit vectors, float32 (texts, its dimensions)."""
    targets = np.zeros((len(corpus), teacher.dimensions), np.float32)
    for start in range(0, len(corpus), _CHUNK_TEXTS):
        chunk = corpus[start : start + _CHUNK_TEXTS]
        targets[start : start + len(chunk)] = teacher.encode_documents(chunk)
        if progress is not None:
            progress("teacher", start + len(chunk), len(corpus))
    return targets


def _principal_directions(targets: np.ndarray, dimensions: int | None) -> np.ndarray | None:
    """float32 (teacher's dimensions, dimensions): the directions that keep most of the length; None keeps all."""
    if dimensions is None or dimensions >= targets.shape[1]:
        return None
    _, directions = np.linalg.eigh(targets.T @ targets)
    return np.ascontiguousarray(directions[:, ::-1][:, :dimensions], dtype=np.float32)


def _count(corpus: list[str], analyzer: TextTokens, vocabulary: dict[str, int]) -> sparse.csr_matrix:
    chunks = (corpus[start : start + _CHUNK_TEXTS] for start in range(0, len(corpus), _CHUNK_TEXTS))
    counts = sparse.vstack([token_counts(analyzer, chunk, vocabulary) for chunk in chunks], format="csr")
    counts.data[counts.indices == 0] = 0.0
    counts.eliminate_zeros()
    counts.sum_duplicates()
    return counts


def _even_rows(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows divided by the root of their sum, so that a long title pulls little harder than a short query; the direction
    of a text's vector is the same. Measured better than dividing by the sum (held-out cosine .890 against .884)."""
    totals = np.asarray(counts.sum(axis=1)).ravel()
    scale = 1.0 / np.sqrt(np.maximum(totals, 1.0))
    return sparse.csr_matrix(sparse.diags(scale.astype(np.float32)) @ counts)


def _solve(counts: sparse.csr_matrix, targets: np.ndarray, *, ridge: float, progress: FitProgress | None) -> np.ndarray:
    """float32 (tokens, dimensions) W that minimises |counts W - targets|^2 + ridge |W|^2, column by column."""
    transposed = sparse.csr_matrix(counts.T)
    diagonal = np.asarray(transposed.multiply(transposed).sum(axis=1)).ravel() + ridge
    inverse = (1.0 / diagonal).astype(np.float32)[:, None]
    solution = np.zeros((counts.shape[1], targets.shape[1]), np.float32)
    residual = np.asarray(transposed @ targets, dtype=np.float32)
    start = np.linalg.norm(residual, axis=0)
    scaled = inverse * residual
    direction = scaled.copy()
    energy = np.einsum("ij,ij->j", residual, scaled)
    for done in range(1, ROUNDS_MAX + 1):
        image = transposed @ (counts @ direction) + ridge * direction
        step = energy / np.maximum(np.einsum("ij,ij->j", direction, image), 1e-30)
        solution += step * direction
        residual -= step * image
        if progress is not None:
            progress("solve", done, ROUNDS_MAX)
        if np.all(np.linalg.norm(residual, axis=0) <= TOLERANCE * start):
            break
        scaled = inverse * residual
        renewed = np.einsum("ij,ij->j", residual, scaled)
        direction = scaled + (renewed / np.maximum(energy, 1e-30)) * direction
        energy = renewed
    return solution


def _mean_cosine(found: np.ndarray, wanted: np.ndarray) -> float:
    norms = np.linalg.norm(found, axis=1) * np.linalg.norm(wanted, axis=1)
    return float(np.mean(np.einsum("ij,ij->i", found, wanted) / np.maximum(norms, 1e-12)))
