"""Scans of documents: pictures through Pillow, decoded and encoded anew; a PDF opened by pypdf, in a process of
its own."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

from catalog_service.adapters.pictures.pdf_inspector import VERDICTS
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
_INSPECTOR = Path(__file__).with_name("pdf_inspector.py")
_INSPECTION_SECONDS = 15.0  # it has five of a processor, which a busy machine may give it late
_REASONS = {
    "broken": "PDF 不完整或打不开，请重新导出后上传",
    "encrypted": "PDF 加了密码，请去掉密码后上传",
    "script": "PDF 带有脚本，请重新导出后上传",
    "attachment": "PDF 带有附件或多媒体，请重新导出后上传",
    "action": "PDF 打开时会启动程序或跳到别处，请重新导出后上传",
    "bomb": "PDF 展开后太大或太复杂，请重新扫描后上传",
}


class CheckedScans:
    """``ScanChecker``."""

    def check(self, upload: bytes) -> CheckedScan:
        if len(upload) > SCAN_BYTES_MAX:
            raise DocumentTooLarge(f"文件不能超过 {SCAN_BYTES_MAX >> 20} MB", parameter="body")
        media_type, content = _pdf(upload) if upload.startswith(b"%PDF-") else _picture(upload)
        return CheckedScan(digest=hashlib.sha256(content).hexdigest(), media_type=media_type, content=content)


def _pdf(upload: bytes) -> tuple[str, bytes]:
    """Kept as it came. What readers would do something for is refused, wherever in the file it hides."""
    if not _PDF_BEGINS.match(upload) or not _PDF_ENDS.search(upload[-_TAIL_BYTES:]):
        raise NotADocument(_REASONS["broken"], parameter="body", detail={"why": "broken"})
    verdict = _inspected(upload)
    if verdict != "ok":
        refusal = DocumentTooLarge if verdict == "bomb" else NotADocument
        raise refusal(_REASONS.get(verdict, _REASONS["broken"]), parameter="body", detail={"why": verdict})
    return PDF, upload


def _inspected(upload: bytes) -> str:
    """The inspector's word. It is a process of its own, so that a file made to take all memory or time takes its."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_INSPECTOR)], input=upload, capture_output=True, timeout=_INSPECTION_SECONDS,
            check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "bomb"
    word = done.stdout.decode("ascii", "replace")
    return word if done.returncode == 0 and word in VERDICTS else "bomb"


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
