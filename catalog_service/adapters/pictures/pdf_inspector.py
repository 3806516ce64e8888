"""What a PDF holds, found by pypdf in a process of its own: ``python pdf_inspector.py < file``. It imports nothing of
ours, so that it starts fast and can be run as it stands.

A hostile file may want all memory or all time of who reads it. So the process has little of both, and is nobody's when
it dies: the caller only reads one word of its output (``VERDICTS``)."""

from __future__ import annotations

import io
import resource
import sys
import zlib
from collections.abc import Iterator
from typing import Any

MEMORY_BYTES_MAX = 1 << 30  # pypdf and a scan of 8 MB take some 100 MB; what is mapped but not used counts too
CPU_SECONDS_MAX = 5  # a scan is read in tenths of a second
OBJECTS_MAX = 20_000  # a scanned page has some ten; a certificate that a program wrote some hundred
PAGES_MAX = 200
NESTED_MAX = 40  # dictionaries within dictionaries
UNPACKED_BYTES_MAX = 400 << 20  # three A4 pages at 600 dpi in colour, which nobody sends in 8 MB

VERDICTS = ("ok", "broken", "encrypted", "script", "attachment", "action", "bomb")
_SCRIPT, _ATTACHMENT = {"/JS", "/JavaScript", "/XFA"}, {"/EmbeddedFiles", "/EmbeddedFile", "/EF", "/RichMedia", "/AF"}
_TYPES = {"/JavaScript": "script", "/EmbeddedFile": "attachment", "/RichMedia": "attachment", "/Filespec": "attachment",
          "/FileAttachment": "attachment", "/3D": "attachment", "/Movie": "attachment", "/Sound": "attachment",
          "/Screen": "attachment"}  # fmt: skip
# An action leads elsewhere when the page is opened or touched. A place in the same file and a web address, which a
# reader asks about, stay allowed.
_ACTIONS = {"/GoTo", "/URI", "/Named"}
_REFUSED_ACTIONS = {"/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute",
                    "/GoTo3DView", "/Thread", "/SetOCGState", "/Trans", "/Hide", "/ResetForm"}  # fmt: skip
_PACKING = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}


class Refused(Exception):  # noqa: N818
    """Carries the verdict."""


def inspect(content: bytes) -> str:
    """One of ``VERDICTS``."""
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted or "/Encrypt" in reader.trailer:
            return "encrypted"
        if not 1 <= len(reader.pages) <= PAGES_MAX:
            return "broken"
        look(reader)
    except Refused as refusal:
        return str(refusal)
    except (LimitReachedError, MemoryError, RecursionError):
        return "bomb"
    except Exception:
        return "broken"
    return "ok"


def look(reader: Any) -> None:
    """Every object that the file lists, whether a page leads to it or not."""
    from pypdf.generic import IndirectObject

    # Trailer's and catalogue's own keys first: objects may be numbered in any way.
    judge(reader.trailer)
    numbers = {(number, generation) for generation, found in reader.xref.items() for number in found}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > OBJECTS_MAX:
        raise Refused("bomb")
    unpacked = 0
    for number, generation in sorted(numbers):
        found = reader.get_object(IndirectObject(number, generation, reader))
        judge(found)
        unpacked += size_of(found)
        if unpacked > UNPACKED_BYTES_MAX:
            raise Refused("bomb")


def judge(found: Any) -> None:
    """Raise the verdict of an object and of what stands directly in it; what it refers to is judged by itself."""
    for each in dictionaries(found, 0):
        names = {str(key) for key in each}
        if names & _SCRIPT:
            raise Refused("script")
        if names & _ATTACHMENT:
            raise Refused("attachment")
        for key in ("/Type", "/Subtype", "/S"):
            verdict = _TYPES.get(str(each.raw_get(key))) if key in each else None
            if verdict:
                raise Refused(verdict)
        kind = str(each.raw_get("/S")) if "/S" in each else ""
        if kind in _REFUSED_ACTIONS or (str(each.get("/Type", "")) == "/Action" and kind not in _ACTIONS):
            raise Refused("action")


def dictionaries(found: Any, depth: int) -> Iterator[Any]:
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    if depth > NESTED_MAX:
        raise Refused("bomb")
    if isinstance(found, DictionaryObject):
        yield found
        for value in found.values():
            if not isinstance(value, IndirectObject):
                yield from dictionaries(value, depth + 1)
    elif isinstance(found, ArrayObject):
        for value in found:
            if not isinstance(value, IndirectObject):
                yield from dictionaries(value, depth + 1)


def size_of(found: Any) -> int:
    """How many bytes a stream unpacks to, found without keeping them; packed twice, it is a bomb."""
    from pypdf.generic import StreamObject

    if not isinstance(found, StreamObject):
        return 0
    filters = found.get("/Filter", [])
    names = [str(name) for name in (filters if isinstance(filters, list) else [filters])]
    if sum(name in _PACKING for name in names) > 1 or len(names) > 3:
        raise Refused("bomb")
    data = bytes(found._data)
    if names[:1] not in (["/FlateDecode"], ["/Fl"]):
        return len(data)
    unpacker, size = zlib.decompressobj(), 0
    try:
        while data and not unpacker.eof:
            size += len(unpacker.decompress(data, 1 << 20))
            data = unpacker.unconsumed_tail
            if size > UNPACKED_BYTES_MAX:
                raise Refused("bomb")
    except zlib.error:
        return size  # readers show what there is
    return size


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(inspect(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
