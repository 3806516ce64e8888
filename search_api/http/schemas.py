"""JSON schemas that stand alone in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with its ``$defs`` put where they are named; ours have no cycles."""
    definitions = schema.get("$defs", {})
    return {key: _inlined(value, definitions) for key, value in schema.items() if key != "$defs"}


def _inlined(node: object, definitions: Mapping[str, Any]) -> object:
    if isinstance(node, dict):
        if "$ref" in node:
            return _inlined(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
        return {key: _inlined(value, definitions) for key, value in node.items()}
    return [_inlined(value, definitions) for value in node] if isinstance(node, list) else node
