"""What the OpenAPI document says of our parameters and answers, read off the code that reads and gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import TypeAdapter

from kernel.principal import Principal
from search_api.parameters import ATTRIBUTE_PREFIX, Parameter
from search_api.requests import FILTER_CHARACTERS_MAX, FILTER_VALUES_MAX, LIMITS, QUERY_CHARACTERS_MAX
from search_engine.plan import Sort

ATTRIBUTES: dict[str, Any] = {
    "name": "attributes",
    "in": "query",
    "required": False,
    "style": "form",
    "explode": True,
    "description": f"属性筛选，写作 {ATTRIBUTE_PREFIX}<属性编号>=<值>，可重复",
    "schema": {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {
            r"^attr\.[a-z_]+$": {"type": "string", "minLength": 1, "maxLength": FILTER_CHARACTERS_MAX}
        },
    },
    "example": {"attr.material": "304不锈钢"},
}


def documented(parameters: Iterable[Parameter]) -> list[dict[str, Any]]:
    """Query parameters as OpenAPI writes them."""
    return [_documented(parameter) for parameter in parameters]


def json_answer(kind: type, *, example: object = None) -> dict[str, Any]:
    """A response whose body is this type as JSON; an example stands beside its schema."""
    content: dict[str, Any] = {"schema": inlined(TypeAdapter(kind).json_schema(mode="serialization"))}
    if example is not None:
        content["example"] = example
    return {"content": {"application/json": content}}


def kept_by(principal: Principal, language: str) -> dict[str, str]:
    """Who may keep an answer with prices: what a company is shown is nobody else's, and what a shared cache has of
    anybody's is no company's. Its words are in the language that its caller prefers."""
    return {
        "Cache-Control": "no-cache" if principal.anonymous else "private, no-store",
        "Content-Language": language,
        "Vary": "Authorization, Accept-Language",
    }


def _documented(parameter: Parameter) -> dict[str, Any]:
    schema = _schema(parameter)
    entry: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": {"type": "array", "items": schema, "maxItems": FILTER_VALUES_MAX} if parameter.repeated else schema,
    }
    if parameter.example is not None:
        entry["example"] = [parameter.example] if parameter.repeated else parameter.example
    return entry


def _schema(parameter: Parameter) -> dict[str, Any]:
    match parameter.kind:
        case "integer":
            low, high = LIMITS[parameter.name]
            return {"type": "integer", "minimum": low, "maximum": high}
        case "flag":
            return {"type": "boolean"}
        case "sort":
            return {"type": "string", "enum": list(get_args(Sort))}
        case "text" if parameter.name == "q":
            return {"type": "string", "maxLength": QUERY_CHARACTERS_MAX}
        case "text" if parameter.repeated:
            return {"type": "string", "minLength": 1, "maxLength": FILTER_CHARACTERS_MAX}
        case _:
            return {"type": "string"}


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with its ``$defs`` put where they are named, so that it stands alone; ours have no cycles."""
    definitions = schema.get("$defs", {})
    return {key: _inlined(value, definitions) for key, value in schema.items() if key != "$defs"}


def _inlined(node: object, definitions: Mapping[str, Any]) -> object:
    if isinstance(node, dict):
        if "$ref" in node:
            return _inlined(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
        return {key: _inlined(value, definitions) for key, value in node.items()}
    return [_inlined(value, definitions) for value in node] if isinstance(node, list) else node
