"""How callbacks are signed: Standard Webhooks (HMAC-SHA256 over id, timestamp and body), read with the clock from
outside."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from catalog_service.ports.gateway import NoticeForged

TOLERANCE_SECONDS = 300  # what the specification advises: clocks differ, and queues wait
NOTICE_BYTES_MAX = 16_384  # a callback is a few hundred bytes


def sign(secret: bytes, *, notice_id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of a callback."""
    return {
        "webhook-id": notice_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{_mac(secret, notice_id, str(at), body)}",
    }


def verify(secret: bytes, headers: Mapping[str, str], body: bytes, *, now: int) -> str:
    """The notice's id, or ``NoticeForged``. Of several signatures (keys are rotated) one must be good."""
    notice_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not notice_id or len(notice_id) > 128 or not at.isdecimal() or len(at) > 12 or len(body) > NOTICE_BYTES_MAX:
        raise NoticeForged("回调缺少签名或格式不对")
    if abs(now - int(at)) > TOLERANCE_SECONDS:
        raise NoticeForged("回调的时间戳过旧或在未来")
    good = f"v1,{_mac(secret, notice_id, at, body)}"
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(each.encode("utf-8", "replace"), good.encode()) for each in given):
        raise NoticeForged("回调签名不对")
    return notice_id


def _mac(secret: bytes, notice_id: str, at: str, body: bytes) -> str:
    signed = f"{notice_id}.{at}.".encode("utf-8", "surrogateescape") + body
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
