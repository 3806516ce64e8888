"""Scans of documents: pictures through Pillow, decoded and encoded anew; a PDF by how it begins and ends."""

from __future__ import annotations

import hashlib
import io
import re

from PIL import Image

from catalog_service.adapters.pictures.pillow import decoded
from catalog_service.domain.companies.documents import (
    JPEG,
    PDF,
    PNG,
    SCAN_BYTES_MAX,
    SCAN_EDGE_MIN,
    CheckedScan,
    DocumentTooLarge,
    NotADocument,
)
from catalog_service.domain.pictures.values import NotAPicture, PictureTooLarge

FORMATS = ("JPEG", "PNG")
QUALITY = 90  # print of a page is read from it: above what a photograph of goods needs
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_PDF_BEGINS = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \t]")
_PDF_ENDS = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_TAIL_BYTES = 1_024  # where readers look for the end (ISO 32000-1, annex H, note 18)
# What a reader would do something for, and what nobody here could open. Told by name where it stands in the clear; what
# is compressed is not seen, so a PDF is only ever handed over as a download.
_PDF_REFUSED = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Encrypt)[\s/<(\[]")


class CheckedScans:
    """``ScanChecker``."""

    def check(self, upload: bytes) -> CheckedScan:
        if len(upload) > SCAN_BYTES_MAX:
            raise DocumentTooLarge(f"文件不能超过 {SCAN_BYTES_MAX >> 20} MB", parameter="body")
        media_type, content = _pdf(upload) if upload.startswith(b"%PDF-") else _picture(upload)
        return CheckedScan(digest=hashlib.sha256(content).hexdigest(), media_type=media_type, content=content)


def _pdf(upload: bytes) -> tuple[str, bytes]:
    if not _PDF_BEGINS.match(upload) or not _PDF_ENDS.search(upload[-_TAIL_BYTES:]):
        raise NotADocument("PDF 不完整，请重新导出后上传", parameter="body")
    refused = _PDF_REFUSED.search(upload)
    if refused:
        what = "加了密码" if refused[1] == b"Encrypt" else "带有脚本或附件"
        raise NotADocument(f"PDF {what}，请重新导出后上传", parameter="body")
    return PDF, upload


def _picture(upload: bytes) -> tuple[str, bytes]:
    if not upload.startswith(_SIGNATURES):
        raise NotADocument("请上传 JPEG、PNG 或 PDF", parameter="body")
    try:
        picture = decoded(upload, formats=FORMATS, edge_min=SCAN_EDGE_MIN)
    except PictureTooLarge as refusal:
        raise DocumentTooLarge(refusal.message, parameter="body") from None
    except NotAPicture as refusal:
        raise NotADocument(refusal.message, parameter="body") from None
    picture.info.clear()  # EXIF, colour profiles, comments
    return (PNG, _png(picture)) if upload.startswith(_SIGNATURES[1]) else (JPEG, _jpeg(picture))


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.convert("RGB").save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
