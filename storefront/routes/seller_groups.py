"""``/seller/groups``: companies that pay less, by a rate or by what was agreed for single offers and SKUs."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import Request, Response

from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.prices.terms import RATE_BP_WHOLE
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import version_seen
from storefront.pages.seller_offer_form import ladder_text, read_ladder
from storefront.routes.account import Form
from storefront.routes.company import Show
from storefront.routes.seller_pages import SellerPages, seller

LIST, ONE = "/seller/groups", "/seller/groups/{group_id}"
SELLERS = ("owner", "buyer")
OFFERS_SHOWN = 100


def add_group_pages(pages: SellerPages) -> None:
    record = pages.record

    def show(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        groups = record.prices.groups(seller=seller(principal))
        return pages.show(
            request, "groups", "客户组", error=error, form=dict(form or {}),
            groups=[(group, rate_text(group.rate_bp)) for group in groups], **page,
        )  # fmt: skip

    def create(principal: Principal, form: Form) -> str:
        receipt = record.keep_groups.create(
            seller=seller(principal),
            name=form.get("name", ""),
            rate_bp=_rate_bp(form),
            request=deed_of(principal, form),
        )
        return f"{LIST}/{receipt.subject_id}?done=saved"

    one = _shower(pages)
    pages.own(LIST, show, *SELLERS)
    pages.deed(LIST, LIST, show, create, *SELLERS)
    pages.own(ONE, one, *SELLERS)
    _add_deeds(pages, one, show)


def _add_deeds(pages: SellerPages, one: Show, show: Show) -> None:
    keep = pages.record.keep_groups

    def said(principal: Principal, form: Form) -> dict[str, Any]:
        return {
            "seller": seller(principal), "group_id": validate_id(form["group_id"], parameter="group_id"),
            "expected_version": version_seen(form) or 0,
            "request": deed_of(principal, form),
        }  # fmt: skip

    def revise(principal: Principal, form: Form) -> None:
        keep.revise(**said(principal, form), name=form.get("name", ""), rate_bp=_rate_bp(form))

    def members(principal: Principal, form: Form) -> None:
        ticked = [name.removeprefix("company_") for name in form if name.startswith("company_")]
        typed = form.get("others", "").split()
        ids = [validate_id(company_id, parameter="others") for company_id in dict.fromkeys([*ticked, *typed])]
        keep.set_members(**said(principal, form), company_ids=ids)

    def price(principal: Principal, form: Form) -> None:
        target_id = validate_id(form.get("target", "").strip(), parameter="target")
        tiers = read_ladder(form.get("ladder", ""), parameter="ladder")
        keep.set_price(**said(principal, form), target_id=target_id, tiers=tiers)

    def delete(principal: Principal, form: Form) -> str:
        keep.delete(**said(principal, form))
        return f"{LIST}?done=saved"

    pages.deed(f"{ONE}/rate", ONE, one, revise, *SELLERS)
    pages.deed(f"{ONE}/members", ONE, one, members, *SELLERS)
    pages.deed(f"{ONE}/prices", ONE, one, price, *SELLERS)
    pages.deed(f"{ONE}/delete", ONE, one, delete, *SELLERS)


def _shower(pages: SellerPages) -> Show:
    record = pages.record

    def one(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        own = seller(principal)
        group_id = validate_id(request.path_params["group_id"], parameter="group_id")
        view = record.prices.group(group_id, seller=own)
        buyers = {**record.seller_desk.recent_buyers(own, now=pages.now),
                  **record.seller_desk.company_names(view.company_ids)}  # fmt: skip
        live = record.offers.page(seller=own, state=OfferState.LIVE, after="", limit=OFFERS_SHOWN)
        titles = {stored.offer.offer_id: stored.offer.title for stored in live.items}
        prices = [(target, titles.get(target, target), ladder_text(tiers)) for target, tiers in view.prices.items()]
        return pages.show(
            request, "group", view.group.name, error=error, form=dict(form or {}), group=view.group,
            rate=rate_text(view.group.rate_bp), members=set(view.company_ids), buyers=buyers, titles=titles,
            prices=prices, **page,
        )  # fmt: skip

    return one


def rate_text(rate_bp: int) -> str:
    """Percent of the public price: ``95`` or ``97.5``."""
    return f"{rate_bp / 100:.2f}".rstrip("0").rstrip(".")


def _rate_bp(form: Form) -> int:
    """Percent of the public price as typed; all of it when nothing is."""
    text = form.get("rate", "").strip().removesuffix("%")
    if not text:
        return RATE_BP_WHOLE
    try:
        rate = Decimal(text) * 100
    except InvalidOperation:
        rate = Decimal(0)
    if not (rate.is_finite() and rate == rate.to_integral_value() and 1 <= rate <= RATE_BP_WHOLE):
        raise Invalid("写成公开价的百分之几，如 95 或 97.5，最多 100", parameter="rate")
    return int(rate)
