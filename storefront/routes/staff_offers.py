"""``/staff/offers``: what waits for the audit: new offers, and changes of offers that stay on sale."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from catalog_service.domain.offers.states import OfferEvent, OfferState
from catalog_service.reads.revisions import RevisionView
from catalog_service.service import Record
from kernel.errors import Invalid
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import hidden_number
from storefront.pages.seller_offers import offer_row
from storefront.pages.trade_words import moment
from storefront.routes.account import Form
from storefront.routes.staff_pages import StaffPages

OFFERS, REVISIONS = "/staff/offers", "/staff/revisions"
PAGE_SIZE = 20


def add_staff_offers(pages: StaffPages, record: Record) -> None:
    _add_revisions(pages, record)
    _add_new_offers(pages, record)


def _add_revisions(pages: StaffPages, record: Record) -> None:
    def show(request: Request, principal: Principal, **page: Any) -> Response:
        found = record.revisions.waiting(seller=None, after=_after(request), limit=PAGE_SIZE)
        return pages.show(
            request, "revisions", "商品修改审核", at=REVISIONS, rows=[_row(record, view) for view in found.items],
            following=f"{REVISIONS}?after={found.next_cursor}" if found.next_cursor else "", **page,
        )  # fmt: skip

    def decide(principal: Principal, form: Form) -> None:
        said = _said(principal, form)
        if form.get("decision") == "approve":
            record.decide_revision.approve(**said)
        elif form.get("decision") == "refuse":
            record.decide_revision.refuse(**said, reason=form.get("reason", ""))
        else:
            raise Invalid("不认识的操作", parameter="decision")

    pages.own(REVISIONS, show)
    pages.decision(f"{REVISIONS}/{{offer_id}}", REVISIONS, show, decide)


def _add_new_offers(pages: StaffPages, record: Record) -> None:
    def show(request: Request, principal: Principal, **page: Any) -> Response:
        found = record.offers.page(seller=None, state=OfferState.IN_AUDIT, after=_after(request), limit=PAGE_SIZE)
        skus = record.seller_desk.skus_of([stored.offer.offer_id for stored in found.items])
        rows = [
            {
                "offer": stored.offer, "supplier": _supplier_name(record, stored.offer.supplier_id),
                "row": offer_row(stored, skus[stored.offer.offer_id]), "skus": skus[stored.offer.offer_id],
            }
            for stored in found.items
        ]  # fmt: skip
        return pages.show(
            request, "offers", "新商品审核", at=OFFERS, rows=rows,
            following=f"{OFFERS}?after={found.next_cursor}" if found.next_cursor else "", **page,
        )  # fmt: skip

    def decide(principal: Principal, form: Form) -> None:
        said = _said(principal, form)
        if form.get("decision") == "approve":
            record.move_offer(**said, event=OfferEvent.APPROVE)
        elif form.get("decision") == "refuse":
            record.move_offer(**said, event=OfferEvent.REFUSE, reason=form.get("reason", ""))
        else:
            raise Invalid("不认识的操作", parameter="decision")

    pages.own(OFFERS, show)
    pages.decision(f"{OFFERS}/{{offer_id}}", OFFERS, show, decide)


def _row(record: Record, view: RevisionView) -> dict[str, Any]:
    offer = view.stored.offer
    return {
        "id": offer.offer_id,
        "version": view.revision.version,
        "title": offer.title,
        "supplier": _supplier_name(record, offer.supplier_id),
        "submitted": moment(view.revision.submitted_at),
        "changes": view.changes,
        "clash": view.clash,
    }


def _supplier_name(record: Record, supplier_id: str | None) -> str:
    return record.suppliers.supplier(supplier_id).supplier.name if supplier_id else ""


def _said(principal: Principal, form: Form) -> dict[str, Any]:
    return {
        "offer_id": validate_id(form["offer_id"], parameter="offer_id"), "request": deed_of(principal, form),
        "expected_version": hidden_number(form, "version"),
    }  # fmt: skip


def _after(request: Request) -> str:
    after = request.query_params.get("after", "")
    return validate_id(after, parameter="after") if after else ""
