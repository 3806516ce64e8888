"""PDFs that want more than to be looked at, and PDFs that want all memory and time of who looks at them."""

from __future__ import annotations

import io
import random
import time
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from catalog_service.adapters.pictures import pdf_inspector, scans
from catalog_service.adapters.pictures.scans import CheckedScans
from catalog_service.domain.companies.documents import DocumentTooLarge, NotADocument

Change = Callable[[PdfWriter], None]


def pdf(change: Change = lambda _: None, *, pages: int = 1) -> bytes:
    """A scanned page, and what else the test puts there."""
    scanned = io.BytesIO()
    Image.linear_gradient("L").resize((600, 800)).save(scanned, "PDF")
    writer = PdfWriter(clone_from=io.BytesIO(scanned.getvalue()))
    writer.metadata = None  # the second that it was made in
    for _ in range(pages - 1):
        writer.add_blank_page(200, 200)
    change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def action(kind: str, **said: str) -> DictionaryObject:
    named = {NameObject(f"/{name}"): TextStringObject(value) for name, value in said.items()}
    return DictionaryObject({NameObject("/S"): NameObject(kind), **named})


def opens(kind: str, **said: str) -> Change:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action(kind, **said))

    return change


def annotated(**said: object) -> Change:
    def change(writer: PdfWriter) -> None:
        note = DictionaryObject({NameObject(f"/{name}"): value for name, value in said.items()})
        note[NameObject("/Type")] = NameObject("/Annot")
        note[NameObject("/Rect")] = ArrayObject([NumberObject(each) for each in (0, 0, 9, 9)])
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return change


def hidden_script(writer: PdfWriter) -> None:
    """In an object that nothing leads to."""
    writer._add_object(action("/JavaScript", JS="app.alert(1)"))


def escaped_script(content: bytes) -> bytes:
    """The name written with escapes, as those do who hide it from searches for bytes."""
    return content.replace(b"/JavaScript", b"/J#61vaScrip#74")


def reason(content: bytes) -> str:
    with pytest.raises((NotADocument, DocumentTooLarge)) as refused:
        CheckedScans().check(content)
    assert refused.value.parameter == "body"
    return str(refused.value.detail["why"])


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        opens("/GoTo", D="first"),
        annotated(Subtype=NameObject("/Link"), A=action("/URI", URI="https://example.com")),
        lambda writer: writer.add_outline_item(title="第一页", page_number=0),
        lambda writer: writer.add_metadata({"/Title": "营业执照"}),
    ],
)
def test_an_ordinary_pdf_is_kept_as_it_came(change: Change) -> None:
    content = pdf(change, pages=3)
    checked = CheckedScans().check(content)
    assert (checked.media_type, checked.content) == ("application/pdf", content)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (opens("/JavaScript", JS="app.alert(1)"), "script"),
        (hidden_script, "script"),
        (annotated(AA=DictionaryObject({NameObject("/E"): action("/JavaScript", JS="x")})), "script"),
        (lambda writer: writer.root_object.update(
            {NameObject("/AcroForm"): DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>")})}), "script"),
        (opens("/Launch", F="cmd.exe"), "action"),
        (annotated(Subtype=NameObject("/Link"), A=action("/Launch", F="cmd.exe")), "action"),
        (opens("/SubmitForm", F="https://example.com"), "action"),
        (opens("/GoToR", F="//host/share"), "action"),
        (opens("/ImportData", F="x"), "action"),
        (lambda writer: writer.add_attachment("a.exe", b"MZ"), "attachment"),
        (annotated(Subtype=NameObject("/RichMedia")), "attachment"),
        (annotated(Subtype=NameObject("/FileAttachment")), "attachment"),
        (lambda writer: writer.encrypt("geheim"), "encrypted"),
        (lambda writer: writer.encrypt("", owner_password="geheim"), "encrypted"),
    ],
)  # fmt: skip
def test_what_a_reader_would_do_something_for_is_refused(change: Change, why: str) -> None:
    assert reason(pdf(change)) == why


def test_a_name_that_is_written_with_escapes_is_read_as_readers_read_it() -> None:
    content = escaped_script(pdf(opens("/JavaScript")))
    assert b"/JavaScript" not in content
    assert reason(content) == "script"


def in_an_object_stream() -> bytes:
    """A script that stands compressed: no search for bytes finds it."""
    inner = b"5 0 4 22 <</S/JavaScript/JS(x)>> <</Type/Pages/Kids[]/Count 0>>"
    first = inner.index(b"<<")
    head = b"5 0 4 %d " % (inner.index(b"<</Type") - first)
    packed = zlib.compress(head + inner[first:])
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        6: b"<</Type/ObjStm/N 2/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(head), len(packed))
        + packed + b"\nendstream",
    }  # fmt: skip
    body, places = b"%PDF-1.5\n", {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    places[7] = len(body)
    rows = b""
    for number in range(8):
        if number in (4, 5):
            rows += bytes([2]) + (6).to_bytes(4, "big") + bytes([1 if number == 4 else 0])
        else:
            rows += bytes([1 if number in places else 0]) + places.get(number, 0).to_bytes(4, "big") + b"\0"
    table = b"<</Type/XRef/Size 8/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(rows) + rows + b"\nendstream"
    return body + b"7 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[7]


def test_what_is_compressed_is_seen_too() -> None:
    content = in_an_object_stream()
    assert b"JavaScript" not in content
    assert reason(content) == "script"


def stream(content: bytes, *filters: str) -> Change:
    def change(writer: PdfWriter) -> None:
        made = StreamObject()
        made._data = content
        made[NameObject("/Filter")] = ArrayObject([NameObject(each) for each in filters])
        writer._add_object(made)

    return change


def packed_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9)
    part = bytes(1 << 20)
    return b"".join(packer.compress(part) for _ in range(size >> 20)) + packer.flush()


@pytest.mark.parametrize(
    "change",
    [
        stream(packed_zeros(500 << 20), "/FlateDecode"),
        stream(zlib.compress(packed_zeros(64 << 20)), "/FlateDecode", "/FlateDecode"),
    ],
)
def test_a_bomb_is_refused_in_bounded_time_and_memory(change: Change) -> None:
    content = pdf(change)
    assert len(content) < 8 << 20
    began = time.monotonic()
    assert reason(content) == "bomb"
    assert time.monotonic() - began < scans._INSPECTION_SECONDS


def test_a_file_that_takes_its_reader_s_time_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(scans, "_INSPECTION_SECONDS", 0.0)
    assert reason(pdf()) == "bomb"


def test_deep_nesting_and_too_many_pages_or_objects_are_refused() -> None:
    def nested(writer: PdfWriter) -> None:
        found: DictionaryObject | ArrayObject = DictionaryObject()
        for _ in range(200):
            found = ArrayObject([found])
        writer._add_object(found)

    assert reason(pdf(nested)) == "bomb"
    assert reason(pdf(pages=pdf_inspector.PAGES_MAX + 1)) == "broken"

    def many(writer: PdfWriter) -> None:
        for _ in range(pdf_inspector.OBJECTS_MAX):
            writer._add_object(NumberObject(1))

    assert reason(pdf(many)) == "bomb"


def test_a_file_cut_short_is_refused_and_one_that_was_damaged_anywhere_is_no_fault() -> None:
    whole = pdf()
    for content in (b"%PDF-1.4\n%%EOF", whole[: len(whole) // 2], whole[:-9]):
        assert reason(content) == "broken"
    chance = random.Random(7)
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] = chance.randrange(256)
        assert pdf_inspector.inspect(bytes(damaged)) in pdf_inspector.VERDICTS
