"""The field table as a tantivy schema, and a document as a tantivy document.

tantivy has the text, the keywords and what is stored; integers lie in columns and facet values in lists of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tantivy

from search_engine.documents import IndexDocument
from search_engine.embedded.values import COUNTED
from search_engine.schema import FIELDS


def build_schema() -> tantivy.Schema:
    """tantivy's schema of the field table. Integers are signed: a Python int in an unsigned field kills the writer."""
    builder = tantivy.SchemaBuilder()
    for field in FIELDS:
        match field.kind:
            case "text":
                option = "basic" if field.name == "coverage" else "freq"
                builder.add_text_field(field.name, tokenizer_name="whitespace", index_option=option)
            case "keyword":
                builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic")
            case "stored":
                builder.add_bytes_field(field.name, stored=True)
    builder.add_integer_field("row", indexed=True, fast=True)
    return builder.build()


def to_tantivy(
    document: IndexDocument, row: int, facets: Mapping[str, Sequence[str]], schema: tantivy.Schema
) -> tantivy.Document:
    """The document; ``facets`` are its facet values."""
    values: dict[str, object] = {
        "offer_id": document.offer_id,
        "row": row,
        "words": document.words,
        "characters": document.characters,
        "bigrams": document.bigrams,
        "facts": document.facts,
        "coverage": document.coverage,
        "codes": _distinct(document.codes),
        "vector_text": document.vector_text.encode(),
        "card": document.card,
        **facets,
    }
    return tantivy.Document.from_dict(values, schema)


def facet_values(document: IndexDocument) -> dict[str, list[str]]:
    """The distinct values of every facet field."""
    values = {
        "category": document.category_path,
        "region": document.regions,
        "supplier": (document.supplier_id,),
        "flag": document.flags,
        "attribute": document.attributes,
    }
    return {name: _distinct(values[name]) for name in COUNTED}


def _distinct(values: Sequence[str]) -> list[str]:
    # A value twice in one document would be counted twice in its facet.
    return list(dict.fromkeys(value for value in values if value))
