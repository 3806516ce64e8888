"""The market's people and money: refunds over which the sides do not agree, money that does not arrive by itself."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from catalog_service.domain.money.payments import TransferKind
from catalog_service.domain.money.payout_states import PAYOUT
from catalog_service.domain.money.payouts import Payout
from catalog_service.domain.orders.refund_states import REFUND
from catalog_service.domain.orders.rulings import Outcome, Ruling
from catalog_service.ordering import Ordering
from catalog_service.reads.disputes import Dispute, ProposedEnd
from catalog_service.reads.payouts import BOUNCED_SECONDS
from kernel.errors import Invalid
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import hidden_number, version_seen
from storefront.pages.trade_words import moment, money
from storefront.routes.account import Form
from storefront.routes.company import Show
from storefront.routes.staff_pages import StaffPages

REFUNDS, MONEY = "/staff/refunds", "/staff/money"
PAGE_SIZE = 20
QUEUE_MAX = 100  # what a person works through at a sitting; the oldest come first
HOUR = 3_600
OUTCOMES = {Outcome.FOR_BUYER: "退款给买家", Outcome.FOR_SELLER: "不退款", Outcome.TERMINATE: "终止订单"}
BACK = {TransferKind.REFUND: "订单退款", TransferKind.RETURN: "退回不该收的款"}


def add_money_pages(pages: StaffPages, ordering: Ordering) -> None:
    _add_refunds(pages, ordering)
    _add_money(pages, ordering)


def _add_refunds(pages: StaffPages, ordering: Ordering) -> None:
    options = ordering.desk.options

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        every = request.query_params.get("tab", "") == "all"
        found = ordering.disputes.page(by=principal.actor, refused=not every, after=_after(request), limit=PAGE_SIZE)
        last = found[-1].refund if len(found) == PAGE_SIZE else None
        tab = "tab=all&" if every else ""
        return pages.show(
            request, "refunds", "退款裁定", at=REFUNDS, tabs=((REFUNDS, "待裁定", not every),
            (f"{REFUNDS}?tab=all", "全部处理中", every)), rows=[_row(row, principal, pages.now) for row in found],
            ends=[_end(each, principal) for each in ordering.disputes.proposed_ends(limit=QUEUE_MAX)],
            limit=money(options.two_operators_fen), two_fen=options.two_operators_fen, money=money,
            following=f"{REFUNDS}?{tab}after={last.opened_at}.{last.refund_id}" if last else "", **page,
        )  # fmt: skip

    def decide(principal: Principal, form: Form) -> None:
        if form.get("decision") not in ("buyer", "seller"):
            raise Invalid("不认识的操作", parameter="decision")
        ordering.decide_refund(
            order_id=validate_id(form.get("order_id", ""), parameter="order_id"),
            refund_id=validate_id(form["refund_id"], parameter="refund_id"),
            for_buyer=form["decision"] == "buyer", reason=form.get("reason", ""), request=deed_of(principal, form),
        )  # fmt: skip

    pages.own(REFUNDS, show)
    pages.decision(f"{REFUNDS}/{{refund_id}}", REFUNDS, show, decide)
    _add_ends(pages, ordering, show)


def _add_ends(pages: StaffPages, ordering: Ordering, show: Show) -> None:
    def confirm(principal: Principal, form: Form) -> None:
        ordering.terminate(
            order_id=validate_id(form["order_id"], parameter="order_id"),
            to_buyer_fen=hidden_number(form, "to_buyer_fen"), reason=form.get("reason", ""),
            request=deed_of(principal, form), expected_version=version_seen(form),
        )  # fmt: skip

    pages.decision(f"{REFUNDS}/ends/{{order_id}}", REFUNDS, show, confirm)


def _end(end: ProposedEnd, principal: Principal) -> dict[str, Any]:
    ruling = end.ruling
    return {
        "order_id": ruling.order_id, "number": end.number, "version": ruling.order_version,
        "to_buyer_fen": ruling.to_buyer_fen, "reason": ruling.reason,
        "at": moment(ruling.created_at), "mine": ruling.proposed_by == principal.actor,
    }  # fmt: skip


def _row(row: Dispute, principal: Principal, now: int) -> dict[str, Any]:
    refund = row.refund
    return {
        "id": refund.refund_id, "order_id": refund.order_id, "number": row.number, "buyer": row.buyer,
        "seller": row.seller, "state": REFUND.state_labels[refund.state], "amount_fen": refund.amount_fen,
        "with_goods": refund.with_goods,
        "reason": refund.reason, "answer": refund.answer, "opened": moment(refund.opened_at),
        "days": (now - refund.opened_at) // (24 * HOUR), "ruling": row.ruling and _ruling(row.ruling),
        "alone_fen": row.alone_fen, "mine": row.ruling is not None and row.ruling.proposed_by == principal.actor,
    }  # fmt: skip


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {"what": OUTCOMES[ruling.outcome], "reason": ruling.reason, "at": moment(ruling.created_at)}


def _after(request: Request) -> tuple[int, str] | None:
    """When the last refund of the page before was opened, and its id."""
    at, _, refund_id = request.query_params.get("after", "").partition(".")
    if not at:
        return None
    if not (at.isascii() and at.isdecimal() and len(at) < 12):
        raise Invalid("翻页标记无效，请从第一页重新开始", parameter="after")
    return int(at), validate_id(refund_id, parameter="after")


def _add_money(pages: StaffPages, ordering: Ordering) -> None:
    def show(request: Request, _: Principal, **page: Any) -> Response:
        now, late = pages.now, ordering.desk.options.trouble_seconds
        back = [
            {
                "kind": BACK[row.transfer.kind], "id": row.transfer.transfer_id,
                "of": row.payment.order_id or row.payment.payment_id, "number": row.order_number,
                "send": row.transfer.transfer_id, "amount_fen": row.transfer.amount_fen,
                "attempts": row.transfer.attempts, "trouble": row.transfer.trouble,
                **_waits(row.transfer.created_at, now, late),
            }
            for row in ordering.payouts.going_back(limit=QUEUE_MAX)
        ]  # fmt: skip
        out = [
            _payout(each) | _waits(each.created_at, now, late)
            for each in ordering.payouts.in_flight(limit=QUEUE_MAX)
        ]  # fmt: skip
        came = [
            _payout(each) | _waits(each.changed_at, now, None)
            for each in ordering.payouts.bounced(since=now - BOUNCED_SECONDS, limit=QUEUE_MAX)
        ]
        return pages.show(
            request, "money", "在途款项", at=MONEY, back=back, out=out, came=came, balances=ordering.ledger.balances(),
            money=money, moment=moment, most=QUEUE_MAX, **page,
        )  # fmt: skip

    def send(principal: Principal, form: Form) -> None:
        ordering.hasten_transfer(
            transfer_id=validate_id(form["transfer_id"], parameter="transfer_id"), request=deed_of(principal, form)
        )

    pages.own(MONEY, show)
    pages.decision(f"{MONEY}/{{transfer_id}}/send", MONEY, show, send)


def _payout(payout: Payout) -> dict[str, Any]:
    """A row of money that is a supplier's: of no order, and sent by the sweeper alone."""
    return {
        "kind": PAYOUT.state_labels[payout.state], "id": payout.payout_id, "of": payout.supplier_id, "number": "",
        "send": "", "amount_fen": payout.amount_fen, "attempts": payout.attempts, "trouble": payout.trouble,
    }  # fmt: skip


def _waits(since: int, now: int, late: int | None) -> dict[str, Any]:
    """``late``: seconds after which people have to look; None for what waits for nothing."""
    return {"since": since, "hours": (now - since) // HOUR, "late": late is not None and now - since >= late}
