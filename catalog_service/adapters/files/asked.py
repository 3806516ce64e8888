"""Order sheets from outside: CSV in the encodings that spreadsheets write, or XLSX, to lines of a quick order."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from catalog_service.adapters.documents.sheets import XLSX
from catalog_service.adapters.files.delimited import SNIFFED_BYTES, encoding_of
from catalog_service.domain.carts.sheets import TEMPLATE_HEAD, lines_of_rows
from kernel.errors import Invalid

FILE_BYTES_MAX = 2 << 20  # 200 rows are some 20 KB; the rest is formats, and columns that nobody asked for
UNPACKED_BYTES_MAX = 16 << 20  # of a workbook: eight times what comes in, as real sheets pack; two seconds to read
COLUMNS_MAX = 100
CSV = "text/csv"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # .xls, and a workbook with a password
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # what spreadsheets call Unicode text


class SheetUnreadable(Invalid):
    """Neither CSV nor XLSX, or a broken one."""

    code = "sheet_unreadable"


class SheetTooLarge(Invalid):
    """More bytes than an order sheet has."""

    code = "sheet_too_large"


def asked_text(content: bytes) -> str:
    """Lines as ``read_pasted`` takes them, numbered as the file's rows; raises ``SheetTooLarge``, ``SheetUnreadable``
    or ``PastedTooLong``. The content tells what it is: names and types of uploads are often wrong."""
    if len(content) > FILE_BYTES_MAX:
        raise SheetTooLarge(f"文件不能超过 {FILE_BYTES_MAX >> 20} MB", parameter="file")
    if not content.strip():
        raise SheetUnreadable("文件是空的", parameter="file")
    if content.startswith(_OLD_WORKBOOK):
        raise SheetUnreadable("旧的 .xls 或加密的工作簿不能读取，请另存为 .xlsx 或 .csv", parameter="file")
    return lines_of_rows(_workbook(content) if content.startswith(b"PK\x03\x04") else _delimited(content))


def template_sheet(kind: str) -> tuple[bytes, str]:
    """An empty sheet with the heads that are read, and its media type; ``kind``: csv or xlsx."""
    if kind == "csv":  # with a mark, without which spreadsheets take it for another encoding
        return b"\xef\xbb\xbf" + ",".join(TEMPLATE_HEAD).encode() + b"\r\n", CSV
    return _empty_workbook(), XLSX


def _empty_workbook() -> bytes:
    """Codes are text there, so that no leading zero is lost."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet, text = book.add_worksheet("订货单"), book.add_format({"num_format": "@"})
    sheet.set_column(0, 1, 24, text)
    sheet.write_row(0, 0, TEMPLATE_HEAD, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()


def _delimited(content: bytes) -> Iterator[Sequence[str]]:
    encoding = _UTF16.get(content[:2]) or encoding_of(content[:SNIFFED_BYTES])
    text = content.decode(encoding, "replace").removeprefix("\ufeff")
    if "\x00" in text:
        raise SheetUnreadable("只能读取 CSV 和 XLSX 文件", parameter="file")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    if delimiter not in first:  # codes and quantities with blanks between, as they are pasted
        yield from ([line] for line in text.splitlines())
        return
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise SheetUnreadable(f"文件无法读取：{error}", parameter="file") from error


def _workbook(content: bytes) -> Iterator[Sequence[str]]:
    """Rows of the sheet that lies on top. Read row by row, so that a small file that unpacks to a huge sheet is left
    when it has had its rows; ``zipfile`` unpacks no more of a part than it declares."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise SheetTooLarge(f"工作簿展开后不能超过 {UNPACKED_BYTES_MAX >> 20} MB", parameter="file")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        yield from _rows(book.active.iter_rows(values_only=True, max_col=COLUMNS_MAX))
    except Invalid:
        raise
    except Exception as error:  # a broken workbook fails in as many ways as it has parts
        raise SheetUnreadable("这不是能读取的 XLSX 文件，请另存后再上传", parameter="file") from error


def _rows(found: Iterable[Sequence[Any]]) -> Iterator[Sequence[str]]:
    for row in found:
        yield [_cell(value) for value in islice(row, COLUMNS_MAX)]


def _cell(value: Any) -> str:
    """As the sheet shows it: whole numbers without a point, and barcodes without an exponent."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)
