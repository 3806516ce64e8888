"""Static files and drawn pictures: cached for good, since an address never changes its content."""

from __future__ import annotations

import re

from fastapi import APIRouter, Response

from kernel.errors import NotFound
from storefront.assets import CACHE_FOR_GOOD, Assets
from storefront.pictures import draw

# shape-colour-variant, as the catalog writes it: dress-e06377-2
PICTURE = re.compile(r"([a-z_]{1,30})-([0-9a-f]{6})-(\d{1,4})")


class AssetMissing(NotFound):
    """No file has this address (any more)."""

    code = "asset_not_found"


def add_asset_routes(router: APIRouter, assets: Assets) -> None:
    @router.get("/static/{name:path}", include_in_schema=False)
    def static(name: str) -> Response:
        asset = assets.find(name)
        if asset is None:
            raise AssetMissing("没有这个文件", parameter="name")
        return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": CACHE_FOR_GOOD})

    @router.get("/pictures/{name}.svg", include_in_schema=False)
    def picture(name: str) -> Response:
        parts = PICTURE.fullmatch(name)
        if parts is None:
            raise AssetMissing("没有这张图片", parameter="name")
        shape, colour, variant = parts.groups()
        body = draw(shape, colour, int(variant))
        return Response(body, media_type="image/svg+xml", headers={"Cache-Control": CACHE_FOR_GOOD})
