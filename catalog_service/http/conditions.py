"""Idempotency-Key, If-Match and ETag: how a write says what it is and what it was made for."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.http.models import ReceiptAnswer
from kernel.errors import Invalid
from kernel.principal import Principal
from web.authentication import Administrator, Caller

KEY_CHARACTERS_MAX = 255
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_ETAG = re.compile(r'(?:W/)?"?v?(\d{1,18})"?')


class VersionRequired(Invalid):
    """A change to what two may edit must say which version it was made for."""

    code = "version_required"


IdempotencyKey = Annotated[
    str | None,
    Header(
        description="每次写操作一个新值；同值重发得到第一次的结果",
        examples=["0f8fad5b-d9cb-469f-a165-70867728950e"],
    ),
]


async def administrators_deed(
    request: Request, principal: Administrator, idempotency_key: IdempotencyKey = None
) -> DeedRequest:
    """A deed of the administrator."""
    return await _deed(request, principal, idempotency_key)


async def members_deed(request: Request, principal: Caller, idempotency_key: IdempotencyKey = None) -> DeedRequest:
    """A deed of whom the route's guard lets in (``web.access``)."""
    return await _deed(request, principal, idempotency_key)


async def _deed(request: Request, principal: Principal, idempotency_key: str | None) -> DeedRequest:
    """Who asks and under which key. The fingerprint covers method, path, If-Match and the body byte for byte."""
    if idempotency_key is None:
        raise Invalid("写操作必须带 Idempotency-Key", parameter="Idempotency-Key", code="idempotency_key_missing")
    if not _KEY.fullmatch(idempotency_key):
        raise Invalid(
            f"Idempotency-Key 必须是 1 到 {KEY_CHARACTERS_MAX} 个可见 ASCII 字符", parameter="Idempotency-Key"
        )
    digest = hashlib.sha256()
    for part in (request.method, request.scope["path"], request.headers.get("if-match", "")):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\x00")
    digest.update(await request.body())
    return DeedRequest(actor=principal.actor, key=idempotency_key, fingerprint=digest.hexdigest())


async def required_version(
    if_match: Annotated[str | None, Header(description="读到的 ETag", examples=['"3"'])] = None,
) -> int | None:
    """The version in If-Match; None for ``*``. Refused when the header is missing."""
    if if_match is None:
        raise VersionRequired("修改必须带 If-Match，其值为读到的 ETag", parameter="If-Match")
    return _version(if_match)


async def optional_version(
    if_match: Annotated[str | None, Header(description="读到的 ETag", examples=['"3"'])] = None,
) -> int | None:
    """The version in If-Match; None without one or for ``*``."""
    return None if if_match is None else _version(if_match)


def etag(version: int) -> str:
    return f'"{version}"'


def receipt_answer(response: Response, receipt: Receipt) -> ReceiptAnswer:
    """The answer to a write, with its ETag, 201 for what is new, and a mark on a replay."""
    response.headers["ETag"] = etag(receipt.version)
    if receipt.created:
        response.status_code = 201
    if receipt.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return ReceiptAnswer.of(receipt)


def _version(if_match: str) -> int | None:
    if if_match.strip() == "*":
        return None
    parsed = _ETAG.fullmatch(if_match.strip())
    if parsed is None:
        raise Invalid('If-Match 必须是一个 ETag，如 "3"', parameter="If-Match")
    return int(parsed[1])


Deed = Annotated[DeedRequest, Depends(administrators_deed)]
MemberDeed = Annotated[DeedRequest, Depends(members_deed)]
RequiredVersion = Annotated[int | None, Depends(required_version)]
OptionalVersion = Annotated[int | None, Depends(optional_version)]
