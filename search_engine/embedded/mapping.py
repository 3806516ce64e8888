"""The field table as a tantivy schema, and a document as a tantivy document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import tantivy

from search_engine.columns import integer_values
from search_engine.documents import IndexDocument
from search_engine.embedded.values import ValueWriter
from search_engine.schema import FIELDS

# Which fields may be looked up by term; every integer is a fast column, these are in the term dictionary as well.
INDEXED_INTEGERS: Final = frozenset({"row"})
# Facets count a column of value numbers; the field itself only selects.
COUNTED: Final = tuple(field.name for field in FIELDS if field.facet)
# Fields whose values come in few combinations: a listing has one number for all of them.
TOGETHER: Final = frozenset({"region", "flag"})


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
            case "integer":
                builder.add_integer_field(field.name, indexed=field.name in INDEXED_INTEGERS, fast=True)
            case "stored":
                builder.add_bytes_field(field.name, stored=True)
    for name in COUNTED:
        builder.add_integer_field(numbers_field(name), fast=True)
    return builder.build()


def numbers_field(name: str) -> str:
    """The column that holds the numbers of a facet field's values."""
    return f"{name}_numbers"


def facet_numbers(values: Mapping[str, Any], known: ValueWriter) -> list[list[int]]:
    """The numbers of a document's values, a list for each of ``COUNTED``."""
    return [known.numbers(values[name], together=name in TOGETHER) for name in COUNTED]


def to_tantivy(values: dict[str, Any], numbers: Sequence[list[int]], schema: tantivy.Schema) -> tantivy.Document:
    """The document of these values and facet numbers."""
    values.update(zip(_NUMBERS_FIELDS, numbers, strict=True))
    return tantivy.Document.from_dict(values, schema)


_NUMBERS_FIELDS: Final = tuple(map(numbers_field, COUNTED))


def document_values(document: IndexDocument, row: int) -> dict[str, Any]:
    """Values of every field of the table."""
    values: dict[str, Any] = {
        "offer_id": document.offer_id,
        "row": row,
        "version": document.version,
        "words": document.words,
        "characters": document.characters,
        "bigrams": document.bigrams,
        "facts": document.facts,
        "coverage": document.coverage,
        "codes": _distinct(document.codes),
        "category": _distinct(document.category_path),
        "region": _distinct(document.regions),
        "supplier": [document.supplier_id] if document.supplier_id else [],
        "flag": _distinct(document.flags),
        "attribute": _distinct(document.attributes),
        "vector_text": document.vector_text.encode(),
        "card": document.card,
    }
    values.update(integer_values(document, row))
    return values


def _distinct(values: tuple[str, ...]) -> list[str]:
    # A value twice in one document would be counted twice in its facet.
    return list(dict.fromkeys(value for value in values if value))
