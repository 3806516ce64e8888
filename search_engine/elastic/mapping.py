"""The mapping, from the one field table."""

from __future__ import annotations

from typing import Any, Final

from search_engine.elastic.options import ElasticOptions
from search_engine.limits import DEPTH_MAX, NEIGHBOURS_MAX, WINDOW_MAX
from search_engine.schema import FIELDS, QUANTITY_BANDS, Field, price_field

# Fields of this backend alone.
STATUS: Final = "status"  # "live" or "withdrawn": a withdrawal stays as a document, so that its version is remembered
LIVE: Final = "live"
WITHDRAWN: Final = "withdrawn"
STATE: Final = "state"  # the one document that is about the generation itself
PACKED: Final = "packed"
BREAKS: Final = "breaks"  # the quantity bands inside which the ladder has a step
VECTOR: Final = "vector"  # where it is kept in the cluster
LADDER: Final = "ladder"  # its tiers, nested, where there is any such band
# Where a ladder has a step inside a band its tiers are asked, so the band's lowest price is never needed; an offer is
# looked up by its id.
LEFT_OUT: Final = frozenset({"offer_key", *(price_field(band) for band in range(len(QUANTITY_BANDS)))})
# The candidates of the text and the nearest besides are one page to the server.
RESULT_WINDOW: Final = DEPTH_MAX + WINDOW_MAX + NEIGHBOURS_MAX


def index_body(options: ElasticOptions, *, dimensions: int = 0) -> dict[str, Any]:
    """Settings and mappings of one generation; ``dimensions`` 0 where it holds no vectors."""
    vectors = {VECTOR: _vector(options, dimensions)} if dimensions and options.vectors != "beside" else {}
    return {
        "settings": {
            "index.number_of_shards": options.shards,
            "index.auto_expand_replicas": options.replicas,
            # A commit refreshes; the server by itself never does, so that a reader sees whole commits.
            "index.refresh_interval": "-1",
            "index.max_result_window": RESULT_WINDOW,
        },
        "mappings": {"dynamic": "strict", "properties": properties() | vectors},
    }


def properties() -> dict[str, Any]:
    """Every field by name."""
    mapped = {field.name: _property(field) for field in FIELDS if field.name not in LEFT_OUT}
    mapped |= {
        STATUS: {"type": "keyword"},
        PACKED: {"type": "binary", "doc_values": True},
        BREAKS: {"type": "keyword"},
        LADDER: {
            "type": "nested",
            "properties": {"quantity": {"type": "long_range"}, "price": {"type": "long"}},
        },
        "state": {"type": "object", "enabled": False},
    }
    return mapped


def _vector(options: ElasticOptions, dimensions: int) -> dict[str, Any]:
    """``max_inner_product``, since the vectors are of unit length or, of a text without a known word, zero, which
    ``cosine`` and ``dot_product`` refuse."""
    graph = {"type": options.vectors, "m": options.graph.links, "ef_construction": options.graph.ef_construction}
    return {
        "type": "dense_vector",
        "dims": dimensions,
        "similarity": "max_inner_product",
        "index_options": graph,
    }


def _property(field: Field) -> dict[str, Any]:
    match field.kind:
        case "text":
            mapped: dict[str, Any] = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
            if field.name == "coverage":  # asked whether a token is there, never scored
                mapped |= {"index_options": "docs", "norms": False}
            return mapped
        case "keyword":
            return {"type": "keyword", "doc_values": field.facet, "eager_global_ordinals": field.facet}
        case "integer":
            return {"type": "long", "index": field.filter, "doc_values": field.filter or field.sort or field.column}
        case "stored":
            return {"type": "keyword", "index": False, "doc_values": False}
