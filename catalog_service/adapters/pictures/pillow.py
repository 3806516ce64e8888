"""Pictures through Pillow: decoded, so that what is none is found out; encoded anew, so that pixels alone are kept."""

from __future__ import annotations

import hashlib
import io
import warnings

from PIL import Image, ImageOps

from catalog_service.domain.pictures.values import (
    EDGE_MIN,
    PIXELS_MAX,
    SIZES,
    UPLOAD_BYTES_MAX,
    NotAPicture,
    PictureTooLarge,
    PreparedPicture,
)

FORMATS = (
    "JPEG",
    "PNG",
    "WEBP",
    "GIF",
)  # what browsers and telephones send; no vectors, which may hold scripts
QUALITY = 82  # where WebP's losses begin to be seen on product pictures is below 80
_METHOD = 4  # the encoder's own default between speed and size


class PillowPictures:
    """``PictureMaker``."""

    def prepare(self, upload: bytes) -> PreparedPicture:
        if len(upload) > UPLOAD_BYTES_MAX:
            raise PictureTooLarge(f"图片不能超过 {UPLOAD_BYTES_MAX >> 20} MB", parameter="body")
        picture = decoded(upload)
        sizes = {edge: _encoded(picture, edge) for edge in SIZES}
        digest = hashlib.sha256(sizes[SIZES[0]]).hexdigest()
        return PreparedPicture(digest=digest, width=picture.width, height=picture.height, sizes=sizes)


def decoded(upload: bytes, *, formats: tuple[str, ...] = FORMATS, edge_min: int = EDGE_MIN) -> Image.Image:
    """The first frame, upright, in RGB or RGBA. The size is read and refused before any pixel is decoded.
    ``NotAPicture``, ``PictureTooLarge``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # broken EXIF and the like: it is thrown away in any case
            with Image.open(io.BytesIO(upload), formats=formats) as opened:
                _refuse_size(opened.width, opened.height, edge_min)
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError):
        # Whatever a decoder trips over in bytes that somebody made up.
        what = "、".join(formats[:-1]).replace("WEBP", "WebP")
        raise NotAPicture(f"不是能识别的图片，请上传 {what} 或 {formats[-1]}", parameter="body") from None


def _refuse_size(width: int, height: int, edge_min: int) -> None:
    if width * height > PIXELS_MAX:
        raise _too_many_pixels()
    if min(width, height) < edge_min:
        raise NotAPicture(f"图片的边长不能小于 {edge_min} 像素", parameter="body")


def _too_many_pixels() -> PictureTooLarge:
    return PictureTooLarge(f"图片不能超过 {PIXELS_MAX:,} 像素", parameter="body")


def _encoded(picture: Image.Image, edge: int) -> bytes:
    small = picture.copy()
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    small.info.clear()  # EXIF, colour profiles, comments
    written = io.BytesIO()
    small.save(written, "WEBP", quality=QUALITY, method=_METHOD)
    return written.getvalue()
