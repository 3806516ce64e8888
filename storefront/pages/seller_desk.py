"""The desk: what waits, by deadline, and how the month goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.orders.numbers import grouped
from catalog_service.domain.orders.refund_states import REFUND
from catalog_service.domain.orders.states import OrderState
from catalog_service.reads.seller_desk import ROWS_MAX, LowStock, MonthFigures, SellerDesk
from catalog_service.service import Record
from kernel.errors import Invalid
from storefront.pages.trade_words import left_text, moment, money, month_bounds, month_of

REFUSED_MAX = 10
KINDS_SHOWN = 4  # of an offer that runs out; the page of its stock has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One thing to do: where it leads, what it is, by when. ``late``: the time is over."""

    href: str
    kind: str
    what: str
    facts: str
    due: str = ""
    late: bool = False
    due_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    urgent: Sequence[Work]
    stock: Sequence[Work]
    refused: Sequence[Work]
    more: bool
    month: str
    figures: Sequence[Figure]
    live_offers: int
    waiting_orders: int


def desk_page(record: Record, supplier_id: str, *, now: int) -> DeskPage:
    desk = record.seller_desk.desk(supplier_id, now=now)
    buyers = {row.buyer_company_id for row in desk.to_ship} | {row.buyer_company_id for row in desk.to_answer}
    names = record.seller_desk.company_names(buyers)
    refused = record.offers.page(seller=supplier_id, state=OfferState.REFUSED, after="", limit=REFUSED_MAX)
    month = month_of(now)
    since, until = month_bounds(month)
    urgent = sorted(
        (*_refunds(desk, names, now), *_shipping(desk, names, now)),
        key=lambda work: (work.due_at is None, work.due_at or 0),
    )
    return DeskPage(
        urgent=urgent,
        stock=_stock(desk),
        refused=[
            Work(
                href=f"/seller/offers/{stored.offer.offer_id}", kind="审核未通过", what=stored.offer.title,
                facts=stored.takedown_reason,
            )
            for stored in refused.items
        ],
        more=len(desk.to_ship) == ROWS_MAX,
        month=month,
        figures=_figures(record, supplier_id, record.seller_desk.month(supplier_id, since=since, until=until),
                         since=since, until=until),
        live_offers=desk.offers.get(OfferState.LIVE, 0),
        waiting_orders=desk.orders.get(OrderState.WAIT_BUYER_PAY, 0),
    )  # fmt: skip


def _shipping(desk: SellerDesk, names: Mapping[str, str], now: int) -> list[Work]:
    return [
        Work(
            href=f"/seller/orders/{row.order_id}",
            kind="待发货",
            what=names.get(row.buyer_company_id) or grouped(row.number),
            facts=f"{row.pieces - row.shipped_pieces} 件待发，¥{money(row.payable_fen)}，{moment(row.paid_at)} 付款",
            due=left_text(row.due_at, now),
            late=row.due_at is not None and row.due_at <= now,
            due_at=row.due_at,
        )
        for row in desk.to_ship
    ]


def _refunds(desk: SellerDesk, names: Mapping[str, str], now: int) -> list[Work]:
    return [
        Work(
            href=f"/seller/orders/{row.order_id}#refunds",
            kind="退款" if not row.with_goods else "退货退款",
            what=names.get(row.buyer_company_id) or grouped(row.number),
            facts=f"{REFUND.state_labels[row.state]}，¥{money(row.amount_fen)}，{row.reason}",
            due=left_text(row.due_at, now),
            late=row.due_at is not None and row.due_at <= now,
            due_at=row.due_at,
        )
        for row in desk.to_answer
    ]


def _stock(desk: SellerDesk) -> list[Work]:
    """One row an offer, however many of its kinds run out."""
    offers: dict[str, list[LowStock]] = {}
    for row in desk.low_stock:
        offers.setdefault(row.offer_id, []).append(row)
    return [
        Work(
            href=f"/seller/offers/{offer_id}/stock", kind="库存不足", what=rows[0].title, facts=_left(rows),
            late=any(row.available < row.moq for row in rows),
        )
        for offer_id, rows in offers.items()
    ]  # fmt: skip


def _left(rows: Sequence[LowStock]) -> str:
    shown, moq = "、".join(f"{row.name}: {row.available}" for row in rows[:KINDS_SHOWN]), rows[0].moq
    if len(rows) > KINDS_SHOWN:
        return f"剩下 {shown} 等，共 {len(rows)} 种规格；起订量 {moq}"
    return f"剩下 {shown}；起订量 {moq}"


def _figures(record: Record, supplier_id: str, month: MonthFigures, *, since: int, until: int) -> list[Figure]:
    figures = [
        Figure(label="本月订单", value=str(month.placed)),
        Figure(label="下单买家", value=str(month.buyers)),
        Figure(label="买家已付", value=f"¥{money(month.paid_fen)}"),
        Figure(label="已退款", value=f"¥{money(month.refunded_fen)}"),
    ]
    try:
        statement = record.ordering.ledger.suppliers_statement(supplier_id, since=since, until=until)
    except Invalid:  # more lines than a statement holds: its page says so, and asks for less
        return figures
    came = sum(line.amount_fen for line in statement.lines if line.amount_fen > 0)
    return [
        *figures,
        Figure(label="本月结算到账", value=f"¥{money(came)}"),
        Figure(label="账户余额", value=f"¥{money(statement.closing_fen)}"),
    ]
