"""A picture as it is kept: by the digest of its content, in a few sizes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kernel.errors import Invalid, NotFound

UPLOAD_BYTES_MAX = 8 << 20  # a photograph of a telephone at full resolution
PIXELS_MAX = 40_000_000  # the same, in pixels; what claims more is a bomb: 160 MB when decoded
EDGE_MIN = 16  # smaller is a blank or a tracker
SIZES = (1_600, 800, 320)  # longest edge in pixels: looked at closely, on a page, in a list
MEDIA_TYPE = "image/webp"
PATHS = "/api/v1/pictures/"  # below it, ours are served

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PATH = re.compile(rf"{PATHS}({_DIGEST.pattern})/(?:{'|'.join(map(str, SIZES))})\.webp")


class NotAPicture(Invalid):
    """What was sent cannot be decoded as a picture that we take."""

    code = "not_a_picture"


class PictureTooLarge(Invalid):
    """More bytes or pixels than any product's picture needs."""

    code = "picture_too_large"


class PictureNotFound(NotFound):
    """No picture has this name."""

    code = "picture_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPicture:
    """Re-encoded, without whatever the camera wrote into it. ``digest`` (64 hexadecimal digits) is of the largest size;
    ``sizes`` maps the longest edge asked for to the bytes (a small picture is not blown up)."""

    digest: str
    width: int
    height: int
    sizes: Mapping[int, bytes]


def picture_key(digest: str, size: int) -> str:
    """The name under which a size is kept; ``PictureNotFound`` for what cannot be one."""
    if not _DIGEST.fullmatch(digest) or size not in SIZES:
        raise PictureNotFound("没有这张图片", parameter="digest")
    return f"{digest[:2]}/{digest}/{size}.webp"


def picture_path(digest: str, size: int = SIZES[0]) -> str:
    """Where a picture is served, as an offer's ``picture`` states it."""
    return f"{PATHS}{digest}/{size}.webp"


def digest_of(address: str) -> str:
    """Of the picture of ours that an address names; empty where it is none that we would serve."""
    found = _PATH.fullmatch(address)
    return found[1] if found else ""


def sized_path(address: str, size: int) -> str:
    """The same picture with another longest edge, where it is ours; any other address as it is."""
    digest = digest_of(address)
    return picture_path(digest, size) if digest else address
