"""``GET /api/v1/taxonomy`` and ``/api/v1/taxonomy/{id}``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Path, Response

from search_api.http.schemas import json_answer
from taxonomy.model import Category, Taxonomy
from web.access import ANYONE, only
from web.language import ReadersLanguage, told_in
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafAnswer(Named):
    unit: str
    synonyms: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAnswer(Named):
    children: list[LeafAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorAnswer(Named):
    children: list[GroupAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeAnswer:
    """The whole tree: sectors, their groups, their leaves."""

    sectors: list[SectorAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeAnswer(Named):
    type: str
    values: list[str]
    unit: str
    range: list[float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAnswer(Named):
    """One category with the attributes that hold for it, inherited ones included, in facet order."""

    level: int
    path: list[Named]
    synonyms: list[str]
    unit: str
    attributes: list[AttributeAnswer]
    children: list[Named]


def taxonomy_router(taxonomy: Taxonomy) -> APIRouter:
    """The tree (sectors with their groups and leaves) and single nodes with their effective attributes; sectors and
    attributes have English names, groups and leaves Chinese ones alone."""
    router = PrefixedRouter(prefix="/api/v1", tags=["类目"], dependencies=[only(ANYONE)])
    tree_in = cache(lambda language: _tree(taxonomy.told(language)))  # when somebody first asks for it

    shared: dict[str, Any] = {"response_class": Response, "dependencies": [NO_QUERY]}

    @router.get("/taxonomy", summary="类目树", responses={200: json_answer(TreeAnswer), 304: {}}, **shared)
    def whole(language: ReadersLanguage, if_none_match: str | None = Header(None)) -> Response:
        tree, etag = tree_in(language)
        headers = {"ETag": etag, "Cache-Control": "public, max-age=300", **told_in(language)}
        if if_none_match == etag:
            return Response(status_code=304, headers=headers)
        return Response(tree, media_type="application/json", headers=headers)

    @router.get(
        "/taxonomy/{category_id}", summary="一个类目及其属性", responses={200: json_answer(NodeAnswer)}, **shared
    )
    def node(
        language: ReadersLanguage, category_id: Annotated[str, Path(description="类目编号", examples=["030102"])]
    ) -> Response:
        names = taxonomy.told(language)
        body = orjson.dumps(_node(names.get(category_id), names))
        return Response(body, media_type="application/json", headers=told_in(language))

    return router


def _tree(taxonomy: Taxonomy) -> tuple[bytes, str]:
    """The whole tree and its ETag."""
    tree = orjson.dumps({"sectors": [_branch(sector, taxonomy) for sector in taxonomy.sectors]})
    return tree, f'"{hashlib.blake2b(tree, digest_size=8).hexdigest()}"'


def _branch(node: Category, taxonomy: Taxonomy) -> dict[str, object]:
    branch: dict[str, object] = {"id": node.id, "name": node.name}
    if node.level == 3:
        return {**branch, "unit": node.unit, "synonyms": node.synonyms}
    return {**branch, "children": [_branch(child, taxonomy) for child in taxonomy.children[node.id]]}


def _node(node: Category, taxonomy: Taxonomy) -> dict[str, object]:
    return {
        "id": node.id,
        "name": node.name,
        "level": node.level,
        "path": [{"id": above.id, "name": above.name} for above in taxonomy.path(node.id)],
        "synonyms": node.synonyms,
        "unit": node.unit,
        "attributes": [
            {"id": a.id, "name": a.name, "type": a.type, "values": a.values, "unit": a.unit, "range": a.range}
            for a in taxonomy.attributes(node.id)
        ],
        "children": [{"id": child.id, "name": child.name} for child in taxonomy.children.get(node.id, ())],
    }
