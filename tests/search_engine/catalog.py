"""A small catalog and the plans asked of it, shared by every test of the engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from kernel.prices import PriceTier
from search_engine.documents import IndexDocument
from search_engine.plan import LexicalQuery, MatchRule, Term, TermGroup
from search_engine.port import IndexStore, IndexWriter, VectorSpace

DIMENSIONS = 64  # the least that the one-bit vectors of a cluster take
SPACE = VectorSpace(fingerprint="test", dimensions=DIMENSIONS)
WORDS = ("螺丝", "螺母", "水杯", "不锈钢", "手套", "红色", "蓝色", "连衣裙")


def ladder(*steps: tuple[int, int]) -> tuple[PriceTier, ...]:
    """Tiers from (quantity, fen) pairs."""
    return tuple(PriceTier(min_quantity=quantity, unit_price_fen=fen) for quantity, fen in steps)


def listing(offer_id: str, words: str, *, version: int = 1, facts: str = "", **values: object) -> IndexDocument:
    """A document whose every text field derives from ``words``, space-separated."""
    text = words.replace(" ", "")
    fields: dict[str, object] = {
        "words": words,
        "characters": " ".join(text),
        "bigrams": " ".join(a + b for a, b in pairwise(text)),
        "facts": facts,
        "coverage": " ".join(dict.fromkeys(text + facts.replace(" ", ""))),
        "vector_text": text,
        "card": json.dumps({"offer_id": offer_id, "version": version}).encode(),
        **values,
    }
    return IndexDocument(offer_id=offer_id, version=version, **fields)  # type: ignore[arg-type]


def vector_of(text: str) -> np.ndarray:
    """A unit vector that texts with common characters share directions of; the stand-in of an encoder."""
    total = np.zeros(DIMENSIONS, dtype=np.float32)
    for character in text:
        total += np.random.default_rng(ord(character)).normal(size=DIMENSIONS).astype(np.float32)
    return total / max(float(np.linalg.norm(total)), 1e-6)


def query(*words: str, rules: Sequence[MatchRule] = (), **values: object) -> LexicalQuery:
    """The lexical part of a search for ``words``."""
    text = "".join(words)
    return LexicalQuery(
        words=tuple(Term(word) for word in words),
        characters=tuple(Term(character) for character in dict.fromkeys(text)),
        bigrams=tuple(Term(a + b) for a, b in pairwise(text)),
        facts=tuple(Term(word) for word in words),
        groups=tuple(TermGroup(text=word, alternatives=(tuple(dict.fromkeys(word)),)) for word in words),
        rules=tuple(rules) or RULES,
        **values,  # type: ignore[arg-type]
    )


def rule(name: str, unit: str, share: float, enough: int) -> MatchRule:
    """A match rule of a test."""
    return MatchRule(name=name, unit=unit, share=share, enough=enough, because="test", shown_by="test")  # type: ignore[arg-type]


RULES = (rule("all", "group", 1.0, 2), rule("most", "group", 0.5, 2), rule("characters", "character", 0.3, 0))


def embed_pending(writer: IndexWriter) -> None:
    """Give every waiting document the vector of its text."""
    while True:
        rows, texts = writer.pending_vector_texts(limit=64)
        if not len(rows):
            break
        writer.put_vectors(rows, np.stack([vector_of(text) for text in texts]))
    writer.publish_vectors()


def build(store: IndexStore, documents: Sequence[IndexDocument], *, vectors: bool = True) -> None:
    """Publish a new generation of these documents."""
    with store.rebuild(vector_space=SPACE if vectors else None) as writer:
        writer.apply(documents)
        writer.commit(feed_cursor=1)
        if vectors:
            embed_pending(writer)


def market(count: int = 60) -> list[IndexDocument]:
    """Listings that differ in everything a plan can ask about."""
    documents = []
    for number in range(count):
        first, second = WORDS[number % len(WORDS)], WORDS[(number * 3 + 1) % len(WORDS)]
        price = 100 + 37 * (number % 11)
        documents.append(
            listing(
                f"o{number}",
                f"{first} {second} 批发{number % 5}",
                facts="五金" if number % 2 else "百货",
                codes=(f"M{number}",),
                category_path=("03", f"03{number % 4:02d}") if number % 3 else (),
                regions=("浙江", "浙江/义乌") if number % 2 else ("广东",),
                supplier_id=f"s{number % 7}",
                flags=("verified",) if number % 4 == 0 else ("factory", "sample"),
                attributes=(f"color={number % 3}", f"size={number % 5}"),
                tiers=()
                if number % 9 == 0
                else ladder((1, price), (7, price - 10), (30, price - 25), (700, price - 40)),
                moq=1 + number % 3,
                stock=None if number % 5 == 0 else number,
                dispatch_hours=24 * (number % 4) or None,
                sold_count=number % 6,
                published_at=1_700_000_000 + number % 8,
                credit_score=number / count,
                verified=number % 4 == 0,
            )
        )
    return documents
