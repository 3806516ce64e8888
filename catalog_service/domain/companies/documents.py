"""A scan of a document: a licence, a permit, a photograph of the works. Private to its company and the market."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel.errors import Conflict, Invalid, NotFound

SCAN_BYTES_MAX = 8 << 20  # a page at 300 dpi in colour, or a photograph of it at full resolution
SCAN_EDGE_MIN = 200  # pixels; below that a page of print cannot be read
SCANS_MAX = 200  # of one company: ten verifications of twenty documents

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
EXTENSIONS = {JPEG: "jpg", PNG: "png", PDF: "pdf"}


class NotADocument(Invalid):
    """What was sent is neither a picture that can be decoded nor a whole PDF."""

    code = "not_a_document"


class DocumentTooLarge(Invalid):
    """More bytes or pixels than a scan needs."""

    code = "document_too_large"


class DocumentNotFound(NotFound):
    """This caller has no such document."""

    code = "document_not_found"


class DocumentUnknown(Invalid):
    """A verification names a document that its company has not uploaded."""

    code = "document_unknown"


class TooManyDocuments(Conflict):
    """The company has as many scans as it may keep."""

    code = "too_many_documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedScan:
    """What is kept of an upload: of a picture its pixels alone. ``digest`` is the SHA-256 of ``content``."""

    digest: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScan:
    """One row of the record; the bytes lie elsewhere under their digest."""

    document_id: str
    company_id: str
    digest: str
    media_type: str
    size_bytes: int
    uploaded_by: str
    uploaded_at: int

    @property
    def file_name(self) -> str:
        return f"document-{self.document_id}.{EXTENSIONS[self.media_type]}"


def scan_key(digest: str) -> str:
    """The name under which the bytes are kept."""
    return f"{digest[:2]}/{digest}"
