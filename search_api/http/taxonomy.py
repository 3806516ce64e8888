"""``GET /api/v1/taxonomy`` and ``/api/v1/taxonomy/{id}``."""

from __future__ import annotations

import hashlib

import orjson
from fastapi import APIRouter, Header, Response

from taxonomy.model import Category, Taxonomy


def taxonomy_router(taxonomy: Taxonomy) -> APIRouter:
    """The tree (sectors with their groups and leaves) and single nodes with their effective attributes."""
    router = APIRouter(prefix="/api/v1", tags=["taxonomy"])
    tree = orjson.dumps({"sectors": [_branch(sector, taxonomy) for sector in taxonomy.sectors]})
    etag = f'"{hashlib.blake2b(tree, digest_size=8).hexdigest()}"'

    @router.get("/taxonomy", summary="类目树", response_class=Response)
    def whole(if_none_match: str | None = Header(None)) -> Response:
        headers = {"ETag": etag, "Cache-Control": "public, max-age=300"}
        if if_none_match == etag:
            return Response(status_code=304, headers=headers)
        return Response(tree, media_type="application/json", headers=headers)

    @router.get("/taxonomy/{category_id}", summary="一个类目及其属性", response_class=Response)
    def node(category_id: str) -> Response:
        return Response(orjson.dumps(_node(taxonomy.get(category_id), taxonomy)), media_type="application/json")

    return router


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
