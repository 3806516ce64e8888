"""``/seller/bulk``: one change over many offers: a plan to read, then the same plan applied, then undone."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.offers.bulk import RATE_BP_MAX, RATE_BP_WHOLE, BulkChange, PlannedRow
from catalog_service.domain.offers.content import DISPATCH_HOURS_MAX
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.pages.seller_offers import place_in
from storefront.pages.trade_words import read_count
from storefront.routes.account import Form
from storefront.routes.seller_offers import LIST, SELLERS, lister
from storefront.routes.seller_pages import SellerPages, seller
from storefront.state import address

BULK = "/seller/bulk"
CHANGES = ("percent", "moq", "pack_multiple", "dispatch_hours", "customisation", "invoice", "freight_free")
FIELD_NAMES = {
    "tiers": "单价", "moq": "起订量", "pack_multiple": "加购倍数", "dispatch_hours": "发货时间（小时）",
    "customisation": "支持定制", "invoice": "可开发票", "freight_free": "包邮",
}  # fmt: skip
OUTCOMES = {"changed": "修改", "unchanged": "不变", "refused": "拒绝"}
_CHOICES = {"": None, "yes": True, "no": False}


def add_bulk_pages(pages: SellerPages) -> None:
    record, show_list = pages.record, lister(pages)

    def plan(request: Request, form: Form) -> Response:
        principal = pages.accounts.member(request, *SELLERS)
        if principal.supplier_id is None:
            return RedirectResponse("/seller", status_code=303)
        request.state.at = LIST
        try:
            return _planned(pages, request, principal, form)
        except PifaError as error:
            return show_list(request, principal, error=error, form=form, failed="bulk")

    def apply(request: Request, form: Form) -> Response:
        principal = pages.accounts.member(request, *SELLERS)
        request.state.at = LIST
        try:
            receipt = record.edit_many.apply(
                seller=seller(principal), offer_ids=_ids(form), change=_change(form), digest=form.get("digest", ""),
                request=deed_of(principal, form),
            )  # fmt: skip
        except PifaError as error:
            return _planned(pages, request, principal, form, error=error)
        said = [("done", "applied"), ("changed", str(receipt.facts.get("changed", 0))), *_place(form)]
        return RedirectResponse(address(said, f"{BULK}/{receipt.subject_id}"), status_code=303)

    def done(request: Request, principal: Principal, **page: Any) -> Response:
        said: dict[str, Any] = {name: _shown_count(request, name) for name in ("changed", "restored", "touched")}
        place = place_in(page.get("form") or request.query_params)
        return pages.show(
            request, "bulk_done", "批量修改", edit_id=validate_id(request.path_params["edit_id"], parameter="edit_id"),
            undone=request.query_params.get("done") == "undone", place=place.text, back_href=place.href(),
            **said, **page,
        )  # fmt: skip

    def undo(principal: Principal, form: Form) -> str:
        receipt = record.edit_many.undo(
            seller=seller(principal), edit_id=validate_id(form["edit_id"], parameter="edit_id"),
            request=deed_of(principal, form),
        )  # fmt: skip
        facts = receipt.facts
        said = [("done", "undone"), ("restored", str(facts["restored"])), ("touched", str(facts["touched_since"]))]
        return address([*said, *_place(form)], f"{BULK}/{form['edit_id']}")

    pages.post(f"{BULK}/plan", plan)
    pages.post(f"{BULK}/apply", apply)
    pages.own(f"{BULK}/{{edit_id}}", done, *SELLERS)
    pages.deed(f"{BULK}/{{edit_id}}/undo", f"{BULK}/{{edit_id}}", done, undo, *SELLERS)
    pages.get(f"{BULK}/plan", lambda _: RedirectResponse(LIST, status_code=303))  # a plan that was reloaded


def _planned(
    pages: SellerPages, request: Request, principal: Principal, form: Form, *, error: PifaError | None = None
) -> Response:
    """The plan as it is now: which rows change, which are refused and why, which stay."""
    ids, change = _ids(form), _change(form)
    plan = pages.record.bulk_edits.plan(seller=seller(principal), offer_ids=ids, change=change)
    names = {offer_id: _title(pages, offer_id, principal) for offer_id in ids}
    counts = {outcome: sum(row.outcome == outcome for row in plan.rows) for outcome in OUTCOMES}
    return pages.show(
        request, "bulk_plan", "批量修改预览", error=error, rows=[_row(row, names) for row in plan.rows],
        counts=[(OUTCOMES[outcome], number) for outcome, number in counts.items()], changed=counts["changed"],
        digest=plan.digest, ids=ids, change=[(name, form[name]) for name in CHANGES if form.get(name, "").strip()],
        place=place_in(form).text, back_href=place_in(form).href(),
    )  # fmt: skip


def _place(form: Form) -> list[tuple[str, str]]:
    """Where in the list it was begun, for the address of what was done."""
    text = place_in(form).text
    return [("list", text)] if text else []


def _row(row: PlannedRow, names: dict[str, str]) -> dict[str, Any]:
    changes = [(FIELD_NAMES.get(name, name), *pair) for name, pair in row.changes.items()]
    return {
        "offer_id": row.offer_id, "title": names[row.offer_id], "outcome": OUTCOMES[row.outcome], "changes": changes,
        "reason": row.reason,
    }  # fmt: skip


def _title(pages: SellerPages, offer_id: str, principal: Principal) -> str:
    try:
        return pages.record.offers.offer(offer_id, seller=seller(principal)).offer.title
    except PifaError:
        return offer_id


def _ids(form: Form) -> list[str]:
    ids = [name.removeprefix("pick_") for name in form if name.startswith("pick_")]
    if not ids:
        raise Invalid("请先勾选商品", parameter="pick")
    return [validate_id(offer_id, parameter="pick") for offer_id in ids]


def _change(form: Form) -> BulkChange:
    plain: dict[str, Any] = {
        name: read_count(form.get(name, ""), parameter=name, label=FIELD_NAMES[name])
        for name in ("moq", "pack_multiple", "dispatch_hours")
    }
    if (plain["dispatch_hours"] or 0) > DISPATCH_HOURS_MAX:
        raise Invalid(f"发货时间不能超过 {DISPATCH_HOURS_MAX} 小时", parameter="dispatch_hours")
    plain |= {name: _CHOICES.get(form.get(name, "")) for name in ("customisation", "invoice", "freight_free")}
    return BulkChange(price_bp=_price_bp(form.get("percent", "")), **plain)


def _price_bp(typed: str) -> int | None:
    """``+5`` or ``-3.5`` percent as ten-thousandths of the price; None for an empty field."""
    text = typed.strip().removesuffix("%").removesuffix("％").strip()
    if not text:
        return None
    try:
        rate = Decimal(text) * 100 + RATE_BP_WHOLE
    except InvalidOperation:
        rate = Decimal(0)
    if not (rate.is_finite() and rate == rate.to_integral_value() and 1 <= rate <= RATE_BP_MAX):
        raise Invalid("调价写成百分数，如 5 或 -3.5，最多两位小数", parameter="percent")
    return int(rate)


def _shown_count(request: Request, name: str) -> int:
    typed = request.query_params.get(name, "0")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
