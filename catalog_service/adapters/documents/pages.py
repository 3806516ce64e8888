"""An order for a printer: with prices for the buyer, without them for the warehouse; as a page, or as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog_service.adapters.documents.numbers import number_html
from catalog_service.adapters.documents.sheets import local_time
from catalog_service.domain.orders.parties import OrderParties
from catalog_service.domain.orders.states import ORDER
from catalog_service.domain.orders.values import Order, OrderLine, Shipment
from kernel.errors import Unavailable
from kernel.money import yuan_exact
from web.translation import told, told_word

STYLESHEET = "/api/v1/orders/print.css"
WORDS = (
    "订单", "装箱单", "订单号", "买家单号", "下单时间", "状态", "买家", "下单人", "供应商", "收货人", "地址",
    "行", "货品", "规格", "数量", "单价（元）", "金额（元）", "已发", "待发", "核对",
    "货款", "优惠", "运费", "卖家改价", "应付", "已付", "已退", "运单", "备注",
    "开票资料", "发票抬头", "税号", "开户行", "银行账号", "注册地址", "注册电话",
)  # fmt: skip
_TEMPLATES = Path(__file__).parent / "templates"


class PdfMissing(Unavailable):
    """PDF needs WeasyPrint and the system's Pango; the page can be printed from any browser."""

    code = "pdf_missing"


def order_page(
    order: Order,
    lines: Sequence[OrderLine],
    shipments: Sequence[Shipment],
    *,
    parties: OrderParties,
    priced: bool,
    language: str = "zh",
) -> str:
    """``priced``: the order; else the packing list. Everything that people typed is escaped, and stays as it is; all
    else is in the reader's language."""
    words = {word: told(word, language) for word in WORDS}
    return _environment().get_template("order.html").render(
        title=words["订单" if priced else "装箱单"], order=order, lines=lines, shipments=shipments, priced=priced,
        parties=parties, of={line.number: line for line in lines},
        state=told(ORDER.state_labels[order.state], language), stylesheet=STYLESHEET, language=language, w=words,
        unit=partial(told_word, language=language), place=partial(told_word, language=language),
    )  # fmt: skip


@cache
def print_css() -> str:
    return (_TEMPLATES / "print.css").read_text("utf-8")


def pdf(page: str) -> bytes:
    """The page as PDF; nothing is fetched for it. Raises ``PdfMissing``."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise PdfMissing("生成 PDF 需要安装 pifa[pdf] 和系统的 Pango；也可在浏览器里打印") from error

    class Nothing(weasyprint.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            raise ValueError(f"not fetched: {url}")

    style = weasyprint.CSS(string=print_css())
    written: bytes = weasyprint.HTML(string=page, url_fetcher=Nothing()).write_pdf(stylesheets=[style])
    return written


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.filters.update(local_time=local_time, yuan=yuan_exact, order_number=number_html)
    return environment
