"""The documents of a verification as lists show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.companies.documents import EXTENSIONS, StoredScan
from catalog_service.domain.companies.verification import DocumentKind, Verification
from storefront.pages.trade_words import moment

KIND_WORDS = {
    DocumentKind.LICENCE: "营业执照",
    DocumentKind.PERMIT: "许可证",
    DocumentKind.IDENTITY: "身份证明",
    DocumentKind.PREMISES: "厂房或门店照片",
    DocumentKind.OTHER: "其他文件",
}
KIB = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRow:
    """``document_id`` empty: a reference from before there were uploads, which is all that there is."""

    kind: str
    document_id: str
    said: str
    uploaded: str = ""


def scan_rows(verification: Verification, known: Mapping[str, StoredScan]) -> Sequence[ScanRow]:
    """In the order in which they were handed in."""
    return [_row(KIND_WORDS[each.kind], each.reference, known.get(each.reference)) for each in verification.documents]


def _row(kind: str, reference: str, scan: StoredScan | None) -> ScanRow:
    if scan is None:
        return ScanRow(kind=kind, document_id="", said=reference)
    size = f"{EXTENSIONS[scan.media_type].upper()} {max(1, scan.size_bytes // KIB)} KB"
    return ScanRow(kind=kind, document_id=scan.document_id, said=size, uploaded=moment(scan.uploaded_at))
