"""Orders as tables: a line of an order is a row, in CSV that spreadsheets open as UTF-8, or in XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

from catalog_service.domain.money.statements import AccountStatement
from catalog_service.domain.orders.parties import OrderParties
from catalog_service.domain.orders.states import ORDER
from catalog_service.domain.orders.values import Order, OrderLine
from kernel.money import FEN_PER_YUAN, yuan_exact
from web.translation import told, told_word

CHINA = timezone(timedelta(hours=8))  # one clock for the whole country
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so

HEAD = (
    "订单号", "买家单号", "状态", "下单时间", "买家", "下单人", "供应商", "供应商编号", "收货人", "电话", "地址",
    "行号", "SKU", "货品", "规格", "数量", "单位", "单价（元）", "金额（元）", "已发数量",
    "货款（元）", "优惠（元）", "运费（元）", "改价（元）", "应付（元）", "已付（元）", "已退（元）",
)  # fmt: skip

STATEMENT_HEAD = ("时间", "种类", "订单或流水", "金额（元）", "余额（元）")

Rows = Iterable[tuple[Order, Sequence[OrderLine], OrderParties]]


def orders_csv(found: Rows, language: str = "zh") -> Iterator[bytes]:
    """Chunks of a CSV with a byte order mark, without which spreadsheets guess another encoding. Heads, states and
    units are in the reader's language."""
    yield b"\xef\xbb\xbf" + _csv_line([told(head, language) for head in HEAD])
    for row in _rows(found, language):
        yield _csv_line([_safe(cell) for cell in row])


def orders_xlsx(found: Rows, language: str = "zh") -> bytes:
    """A workbook of one sheet; numbers are numbers, text is never a formula."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(told("订单", language))
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    sheet.write_row(0, 0, [told(head, language) for head in HEAD], bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(_rows(found, language), start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, float):
                sheet.write_number(number, column, cell, money)
            else:
                sheet.write(number, column, cell)
    book.close()
    return file.getvalue()


def statement_csv(statement: AccountStatement, language: str = "zh") -> bytes:
    """Opening, lines, closing; kinds as programs know them."""
    tell = partial(told, language=language)
    lines = [
        _csv_line([tell(head) for head in STATEMENT_HEAD]),
        _csv_line((local_time(statement.since), tell("期初"), "", "", yuan_exact(statement.opening_fen))),
    ]
    lines += [
        _csv_line((
            local_time(line.at), line.kind, line.order_number or line.chain_id, yuan_exact(line.amount_fen),
            yuan_exact(line.balance_fen),
        ))
        for line in statement.lines
    ]  # fmt: skip
    lines.append(_csv_line((local_time(statement.until), tell("期末"), "", "", yuan_exact(statement.closing_fen))))
    return b"\xef\xbb\xbf" + b"".join(lines)


def local_time(at: int) -> str:
    """As people in China read it."""
    return datetime.fromtimestamp(at, UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _rows(found: Rows, language: str) -> Iterator[tuple[str | int | float, ...]]:
    for order, lines, parties in found:
        address = order.address
        where = f"{address.province}{address.city}{address.district}{address.street}"
        for line in lines:
            yield (
                order.number, order.out_order_id or "", told(ORDER.state_labels[order.state], language),
                local_time(order.placed_at), parties.buyer, parties.placed_by, parties.supplier, order.supplier_id,
                address.recipient, address.phone, where, line.number,
                line.sku_id, line.title, line.sku_name, line.quantity, told_word(line.unit, language),
                _number(line.unit_fen), _number(line.amount_fen), line.shipped, _number(order.goods_fen),
                _number(-order.discount_fen), _number(order.freight_fen), _number(order.adjust_fen),
                _number(order.payable_fen), _number(order.paid_fen), _number(order.refunded_fen),
            )  # fmt: skip


def _number(amount_fen: int) -> float:
    """For a cell of a spreadsheet, which has no other numbers; exact to the fen below 2^53."""
    return amount_fen / FEN_PER_YUAN


def _safe(cell: str | int | float) -> str:
    """As CSV has no types, text that a spreadsheet would run is marked as text."""
    if isinstance(cell, float):
        return f"{cell:.2f}"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else str(cell)


def _csv_line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
