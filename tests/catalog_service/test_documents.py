"""Scans of documents: what is none is refused, what is one is for its company's owner and the market alone."""

from __future__ import annotations

import hashlib
import io
import itertools
import stat
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from catalog_service.adapters.pictures.scans import CheckedScans
from catalog_service.domain.companies.documents import (
    SCAN_BYTES_MAX,
    DocumentNotFound,
    DocumentTooLarge,
    DocumentUnknown,
    NotADocument,
    TooManyDocuments,
)
from catalog_service.http import LARGER_BODIES
from catalog_service.http.companies import TOKEN_PATH, companies_routers
from catalog_service.use_cases.companies import documents as deeds
from tests.catalog_service.house import rows
from tests.catalog_service.test_pdfs import opens, pdf
from tests.catalog_service.test_pictures import bomb, picture
from tests.catalog_service.town import SELF, Person, Town
from web.app import build_app
from web.options import WebOptions

PDF = pdf()


_numbers = itertools.count()


def photograph() -> bytes:
    """A JPEG that says where it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of 王芳"
    exif[0x0112] = 6  # to be turned by a quarter
    return picture(600, 300, exif=exif)


def upload(town: Town, person: Person, content: bytes) -> str:
    return town.people.documents.upload(content, company_id=person.company_id, request=SELF).subject_id


def kept_files(town: Town) -> list[str]:
    folder = town.folder.parent / "documents"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def client(town: Town) -> TestClient:
    app = build_app(
        title="people",
        routers=companies_routers(town.people),
        authenticator=town.record.authenticator,
        options=WebOptions(access_log=False, own_authentication=(TOKEN_PATH,), larger_bodies=LARGER_BODIES),
    )
    return TestClient(app, raise_server_exceptions=False)


def ask(client: TestClient, town: Town, who: Person | None, method: str, path: str, **sent: Any) -> Any:
    headers = {"Idempotency-Key": f"k-{next(_numbers)}"}
    if who is not None:
        headers["Authorization"] = f"Bearer {town.session(who)}"
    return client.request(method, f"/api/v1{path}", headers=headers, **sent)


def test_a_photograph_is_kept_upright_and_without_what_the_camera_wrote() -> None:
    checked = CheckedScans().check(photograph())
    assert (checked.media_type, checked.digest) == ("image/jpeg", hashlib.sha256(checked.content).hexdigest())
    opened = Image.open(io.BytesIO(checked.content))
    assert (opened.format, opened.size) == ("JPEG", (300, 600))
    assert dict(opened.getexif()) == {}
    assert b"Camera" in photograph()
    assert b"Camera" not in checked.content


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_a_png_stays_one(mode: str) -> None:
    written = io.BytesIO()
    Image.new(mode, (300, 200)).save(written, "PNG")
    checked = CheckedScans().check(written.getvalue())
    assert (checked.media_type, Image.open(io.BytesIO(checked.content)).size) == ("image/png", (300, 200))


def test_a_pdf_is_kept_as_it_came() -> None:
    checked = CheckedScans().check(PDF)
    assert (checked.media_type, checked.content) == ("application/pdf", PDF)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"licence",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        picture(kind="GIF"),
        picture(kind="WEBP"),
        picture()[: 1 << 10],
        picture(100, 100),
        b"\xff\xd8\xff" + b"no picture",
        b"MZ" + picture(),
        b"%PDF-1.4\nno end",
        b"%PDF-9.9\n" + PDF[9:],
        PDF.replace(b"startxref", b""),
        PDF + b"<script>alert(1)</script>" * 99,
        pdf(opens("/JavaScript", JS="app.alert(1)")),
        b"prefix" + PDF,
    ],
)
def test_what_is_no_document_is_refused_and_nothing_is_kept(town: Town, content: bytes) -> None:
    owner = town.company()
    with pytest.raises(NotADocument) as refused:
        upload(town, owner, content)
    assert refused.value.parameter == "body"
    assert (kept_files(town), rows(town.record, "SELECT count(*) FROM company_documents")) == ([], [(0,)])


@pytest.mark.parametrize("content", [b"%PDF-1.4\n" + b"x" * SCAN_BYTES_MAX, bomb(100_000, 100_000)])
def test_what_is_too_large_is_refused_before_it_is_decoded(town: Town, content: bytes) -> None:
    owner = town.company()
    with pytest.raises(DocumentTooLarge):
        upload(town, owner, content)
    assert kept_files(town) == []


def test_the_same_again_is_the_same_document_and_of_another_company_another(town: Town) -> None:
    a, b = town.company(), town.company("owner@b.example.com", "乙公司")
    first, again, others = upload(town, a, PDF), upload(town, a, PDF), upload(town, b, PDF)
    assert first == again != others
    assert kept_files(town) == [hashlib.sha256(PDF).hexdigest()]
    assert rows(town.record, "SELECT deed, count(*) FROM audit WHERE kind = 'document' GROUP BY deed") == [
        ("upload_document", 2)
    ]
    folder = town.folder.parent / "documents"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_company_s_document_is_not_there_neither_to_read_nor_to_name(town: Town) -> None:
    a, (b, _) = town.company(), town.seller()
    theirs = upload(town, a, PDF)
    with pytest.raises(DocumentNotFound):
        town.people.documents.read(theirs, company_id=b.company_id)
    with pytest.raises(DocumentUnknown) as refused:
        town.people.submit_verification(company_id=b.company_id, documents=[("licence", theirs)], request=SELF)
    assert refused.value.detail == {"unknown": [theirs]}
    scan, content = town.people.documents.read(theirs, company_id=None)
    assert (scan.company_id, content) == (a.company_id, PDF)


def test_a_company_keeps_so_many_and_no_more(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deeds, "SCANS_MAX", 2)
    owner = town.company()
    kept = [town.scan(owner, shade) for shade in (10, 20)]
    with pytest.raises(TooManyDocuments):
        town.scan(owner, 30)
    assert town.scan(owner, 10) == kept[0]
    assert [scan.document_id for scan in town.people.reads.documents(owner.company_id)] == kept[::-1]


def test_over_http_the_owner_and_the_market_download_it_and_nobody_else(client: TestClient, town: Town) -> None:
    a, (b, _), staff = town.company(), town.seller(), town.staff()
    buyer = town.colleague(a, "buyer@a.example.com")
    sent = ask(client, town, a, "POST", "/companies/me/documents", content=photograph())
    assert sent.status_code == 201
    document_id = sent.json()["id"]
    again = ask(client, town, a, "POST", "/companies/me/documents", content=photograph())
    assert (again.status_code, again.json()["id"], again.json()["changed"]) == (200, document_id, False)
    path = f"/documents/{document_id}"
    answers = [ask(client, town, who, "GET", path) for who in (a, staff, b, buyer, None)]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 403, 401]
    headers = answers[0].headers
    assert headers["content-disposition"] == f'attachment; filename="document-{document_id}.jpg"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-store"
    assert headers["content-security-policy"].startswith("sandbox")
    assert headers["content-type"] == "image/jpeg"
    assert answers[0].content == answers[1].content
    (listed,) = ask(client, town, a, "GET", "/companies/me/documents").json()["documents"]
    assert (listed["id"], listed["size_bytes"]) == (document_id, len(answers[0].content))
    assert ask(client, town, b, "GET", "/companies/me/documents").json() == {"documents": []}


def test_over_http_refusals_are_problems_of_their_own(client: TestClient, town: Town) -> None:
    owner = town.company()
    said = [
        (answer.status_code, answer.json()["code"])
        for answer in (
            ask(client, town, owner, "POST", "/companies/me/documents", content=b"no document"),
            ask(client, town, owner, "POST", "/companies/me/documents", content=b"%" * (SCAN_BYTES_MAX + 1)),
            ask(client, town, owner, "POST", "/companies/me/documents", content=b"%" * (SCAN_BYTES_MAX + 2)),
            ask(client, town, owner, "GET", "/documents/none"),
            ask(client, town, owner, "GET", "/documents/..%2Fadmin.key"),
        )
    ]
    assert said[:4] == [
        (400, "not_a_document"),
        (413, "document_too_large"),
        (413, "body_too_large"),
        (404, "document_not_found"),
    ]
    assert said[4][0] in (400, 404)


def test_a_key_reads_no_documents(client: TestClient, town: Town) -> None:
    owner = town.company()
    document_id = upload(town, owner, PDF)
    made = town.people.create_key(company_id=owner.company_id, name="ERP", scopes=["company:read"], request=SELF)
    answer = client.get(f"/api/v1/documents/{document_id}", headers={"Authorization": f"Bearer {made.secret}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "role_required")
