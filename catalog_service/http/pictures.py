"""``/api/v1/pictures``: uploaded by sellers, served to everybody, for ever the same under the same name."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from catalog_service.domain.pictures.values import MEDIA_TYPE, SIZES, PictureNotFound, picture_path
from catalog_service.http.conditions import MemberDeed
from catalog_service.http.seller import SELLERS_AND_STAFF, SellerOrStaff
from catalog_service.service import Record
from web.access import ANYONE, only
from web.parameters import NO_QUERY
from web.routing import PrefixedRouter

# A year is as long as caches may be told; the name changes with the content.
FOR_EVER = "public, max-age=31536000, immutable"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp", "image/gif")
        },
    }
}


class PictureAnswer(BaseModel):
    digest: str = Field(description="SHA-256；同一张图片总是同一个")
    width: int
    height: int
    picture: str = Field(description="写进商品的 picture")
    sizes: dict[int, str] = Field(description="最长边像素到网址")


def pictures_router(record: Record) -> APIRouter:
    router = PrefixedRouter(prefix="/api/v1/pictures", tags=["图片"])

    @router.post(
        "",
        summary="上传图片",
        status_code=201,
        dependencies=[SELLERS_AND_STAFF, NO_QUERY],
        openapi_extra=_BODY,
    )
    async def upload(request: Request, deed: MemberDeed, seller: SellerOrStaff) -> PictureAnswer:
        """The picture as the body itself. Decoded and encoded anew without what the camera wrote into it; sending the
        same again gives the same."""
        prepared = await run_in_threadpool(record.pictures.upload, await request.body())
        return PictureAnswer(
            digest=prepared.digest,
            width=prepared.width,
            height=prepared.height,
            picture=picture_path(prepared.digest),
            sizes={size: picture_path(prepared.digest, size) for size in SIZES},
        )

    @router.get(
        "/{digest}/{name}",
        summary="图片",
        response_class=Response,
        responses={200: {"content": {MEDIA_TYPE: {}}}},
        dependencies=[only(ANYONE), NO_QUERY],
    )
    def read(digest: str, name: str) -> Response:
        """One size of a picture, to be kept for ever."""
        size = name.removesuffix(".webp")
        if not size.isdecimal() or len(size) > 5 or not name.endswith(".webp"):
            raise PictureNotFound("没有这张图片", parameter="name")
        content = record.pictures.read(digest=digest, size=int(size))
        return Response(
            content, media_type=MEDIA_TYPE, headers={"Cache-Control": FOR_EVER, "ETag": f'"{digest}-{size}"'}
        )

    return router
