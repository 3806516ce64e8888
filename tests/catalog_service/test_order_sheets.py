"""Order sheets: what a spreadsheet writes becomes the lines that people would paste, or is refused with its reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter

from catalog_service.adapters.files.asked import (
    FILE_BYTES_MAX,
    UNPACKED_BYTES_MAX,
    SheetTooLarge,
    SheetUnreadable,
    asked_text,
    template_sheet,
)
from catalog_service.domain.carts.pasted import PASTED_LINES_MAX, PastedTooLong, read_pasted
from catalog_service.domain.carts.sheets import ROWS_MAX

Cell = str | int | float | None


def workbook(*rows: Sequence[Cell]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def asked(content: bytes) -> list[tuple[int, str, str, int, str]]:
    lines = read_pasted(asked_text(content))
    return [(line.number, line.code, line.spec, line.quantity, line.unit) for line in lines if not line.heading]


@pytest.mark.parametrize(
    "content",
    [
        '货号,规格,数量\r\nYG-1,红 / M,10\r\n\r\n蓝-2,,"1,000"\r\n'.encode("utf-8-sig"),
        "货号,规格,数量\nYG-1,红 / M,10\n\n蓝-2,,1000".encode(),
        "货号;规格;数量\nYG-1;红 / M;10\n\n蓝-2;;1000\n".encode("gb18030"),
        "货号\t规格\t数量\nYG-1\t红 / M\t10\n\n蓝-2\t\t1000\n".encode("utf-16"),
        workbook(["货号", "规格", "数量"], ["YG-1", "红 / M", 10], [], ["蓝-2", None, 1000.0]),
    ],
    ids=["marked", "utf-8", "gb18030", "utf-16", "xlsx"],
)
def test_every_kind_of_sheet_says_the_same_under_its_own_row_numbers(content: bytes) -> None:
    assert asked(content) == [(2, "YG-1", "红 / M", 10, ""), (4, "蓝-2", "", 1000, "")]


def test_columns_are_told_by_their_heads_wherever_they_stand() -> None:
    rows = [
        ["序号", "品名", "条码", "货号", "规格编码", "颜色", "采购数量（必填）", "单位", "单价"],
        [1, "螺丝", 6901234567892, "YG-1", "YG-1-R", "红", 10, "箱", 9.9],
        [2, "螺母", "", "", "NUT-R", "", 5, "", 1],
        [3, "垫片", "", "YG-3", "", "", "", "", 1],
    ]
    assert asked(workbook(*rows)) == [
        (2, "6901234567892", "YG-1-R 红", 10, "箱"),
        (3, "NUT-R", "", 5, ""),
        (4, "YG-3", "", 0, ""),
    ]


def test_without_a_head_rows_are_read_as_they_are_pasted() -> None:
    assert asked(b"YG-1,10\nYG-2,red,20\n") == [(1, "YG-1", "", 10, ""), (2, "YG-2", "red", 20, "")]
    assert asked(b"YG-1 10\nYG-2 x 20pcs\n") == [(1, "YG-1", "", 10, ""), (2, "YG-2", "", 20, "pcs")]
    assert asked(workbook([6901234567892, 3])) == [(1, "6901234567892", "", 3, "")]


def test_a_head_that_names_single_skus_alone_is_read_by_their_codes() -> None:
    assert asked("规格编码,数量\nT-1-R,5\n".encode()) == [(2, "T-1-R", "", 5, "")]


def test_a_sheet_of_exactly_as_many_lines_as_are_answered_is_taken_and_one_more_refused() -> None:
    lines = [f"A-{n},1" for n in range(PASTED_LINES_MAX)]
    assert len(asked("\n".join(["货号,数量", *lines]).encode())) == PASTED_LINES_MAX
    with pytest.raises(PastedTooLong, match=str(PASTED_LINES_MAX)):
        asked_text("\n".join(["货号,数量", *lines, "B,1"]).encode())
    with pytest.raises(PastedTooLong, match=str(ROWS_MAX)):
        asked_text(b"A,1\n" + b"\n" * ROWS_MAX + b"B,1\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b" \r\n", "空的"),
        (b"\xd0\xcf\x11\xe0 old", "xls"),
        (b"PK\x03\x04 nothing of the kind", "XLSX"),
        (b"A\x00B,1\n", "只能读取"),
        (b"%PDF-1.7\n\x00\x01", "只能读取"),
    ],
    ids=["empty", "blank", "xls", "no-zip", "zeros", "pdf"],
)
def test_what_is_no_sheet_is_refused_with_its_reason(content: bytes, said: str) -> None:
    with pytest.raises(SheetUnreadable, match=said) as refused:
        asked_text(content)
    assert refused.value.parameter == "file"


def test_a_zip_of_something_else_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a.txt", "no workbook")
    with pytest.raises(SheetUnreadable):
        asked_text(file.getvalue())


def test_what_is_too_large_is_refused_packed_and_unpacked() -> None:
    with pytest.raises(SheetTooLarge, match="2 MB"):
        asked_text(b"A,1\n" * (FILE_BYTES_MAX // 4 + 1))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (UNPACKED_BYTES_MAX + 1))
    assert len(file.getvalue()) < FILE_BYTES_MAX
    with pytest.raises(SheetTooLarge, match="展开"):
        asked_text(file.getvalue())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_read_as_a_head_alone(kind: str) -> None:
    content, _ = template_sheet(kind)
    (head,) = read_pasted(asked_text(content))
    assert head.heading
