"""tantivy by itself: all characters required, scored by words, bigrams and characters, the exact count, twenty ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import tantivy
from tantivy import FieldType, Occur, Query

from bench.speed.peers.port import TOP, Peer, PeerQuery
from search_engine.documents import IndexDocument
from search_engine.prices import price_columns
from search_engine.schema import PRICE_AT_MOQ

SCORED = ("words", "bigrams", "characters")
KEYWORDS = ("category", "region")


class TantivyAlone(Peer):
    """As many threads and as large a buffer as Pifa's writer has."""

    filters = True

    def build(self, batches: Iterable[tuple[Sequence[IndexDocument], np.ndarray]]) -> None:
        builder = tantivy.SchemaBuilder()
        for name in SCORED:
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("coverage", tokenizer_name="whitespace", index_option="basic")
        for name in KEYWORDS:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("price", fast=True)
        builder.add_text_field("id", tokenizer_name="raw", stored=True, index_option="basic")
        index = tantivy.Index(builder.build(), path=str(self.folder), reuse=False)
        writer = index.writer(heap_size=256_000_000, num_threads=2)
        for documents, _ in batches:
            for document in documents:
                writer.add_document(tantivy.Document.from_dict(_values(document), index.schema))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        index = tantivy.Index.open(str(self.folder))
        self._schema = index.schema
        self._searcher = index.searcher()

    def search(self, query: PeerQuery) -> int:
        must = [self._term("coverage", token) for token in dict.fromkeys(query.characters)]
        must += [
            self._term(name, value)
            for name, value in zip(KEYWORDS, (query.category, query.region), strict=True)
            if value
        ]
        if query.price_max_fen is not None:
            must.append(Query.range_query(self._schema, "price", FieldType.Integer, 0, query.price_max_fen))
        clauses = [(Occur.Must, Query.const_score_query(each, 0.0)) for each in must]
        for name, tokens in zip(SCORED, (query.words, query.bigrams, query.characters), strict=True):
            clauses += [
                (Occur.Should, Query.term_query(self._schema, name, token, "freq")) for token in dict.fromkeys(tokens)
            ]
        found = self._searcher.search(Query.boolean_query(clauses), limit=TOP, count=True)
        return len([self._searcher.doc(address)["id"] for _, address in found.hits])

    def _term(self, name: str, value: str) -> Query:
        return Query.term_query(self._schema, name, value, "basic")


def _values(document: IndexDocument) -> dict[str, object]:
    return {
        "id": document.offer_id,
        "words": document.words,
        "bigrams": document.bigrams,
        "characters": document.characters,
        "coverage": document.coverage,
        "category": list(document.category_path),
        "region": list(document.regions),
        "price": price_columns(document.tiers, moq=document.moq)[PRICE_AT_MOQ],
    }
