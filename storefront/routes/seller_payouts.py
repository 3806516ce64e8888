"""``/seller/payouts``: what can be withdrawn, where to, and what became of it."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from catalog_service.domain.money.payout_states import PAYOUT
from catalog_service.domain.money.payouts import PAYOUT_KIND_LABELS, PayoutKind
from kernel.errors import Invalid, PifaError
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import hidden_number
from storefront.pages.trade_words import moment, read_yuan
from storefront.routes.account import Form
from storefront.routes.seller_pages import SellerPages, seller
from storefront.state import address
from storefront.trading import party_of

PATH = "/seller/payouts"
TREASURERS = ("owner", "finance")
OWNERS = ("owner",)
PAGE_SIZE = 20
KINDS = [(str(kind), PAYOUT_KIND_LABELS[kind]) for kind in PayoutKind]


def add_payout_pages(pages: SellerPages) -> None:
    ordering = pages.record.ordering

    def show(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        supplier_id, options = seller(principal), ordering.desk.options
        account = ordering.payouts.account(supplier_id)
        found = ordering.payouts.page(supplier_id, cursor=request.query_params.get("cursor"), size=PAGE_SIZE)
        cooling = account is not None and pages.now < account.usable_at
        return pages.show(
            request, "payouts", "提现", error=error, form=dict(form or {}), funds=ordering.payouts.funds(supplier_id),
            account=account, kinds=KINDS, kind_label=PAYOUT_KIND_LABELS[account.kind] if account else "",
            cooling=moment(account.usable_at) if account and cooling else "",
            rows=[(each, PAYOUT.state_labels[each.state]) for each in found.items],
            next_href=address([("cursor", found.next_cursor)], PATH) if found.next_cursor else "",
            company=pages.people.reads.company(principal.company_id or "").name, owner="owner" in principal.roles,
            enrolled=principal.second_factor_enrolled, least_fen=options.payout_fen_min,
            most_fen=options.payout_fen_max, day_fen=options.payout_day_fen_max, day_count=options.payouts_a_day_max,
            hours=options.payout_cooling_seconds // 3_600, **page,
        )  # fmt: skip

    def withdraw(principal: Principal, form: Form) -> None:
        principal.require_enrolled_factor()
        amount_fen = read_yuan(form.get("amount", ""), parameter="amount", label="提现金额")
        if amount_fen is None:
            raise Invalid("请写提现金额", parameter="amount")
        try:
            ordering.request_payout(
                amount_fen=amount_fen, expected_version=hidden_number(form, "version"), by=party_of(principal),
                request=deed_of(principal, form),
            )  # fmt: skip
        except PifaError as error:
            raise _at_field(error, {"amount_fen": "amount"}) from None

    def set_account(principal: Principal, form: Form) -> None:
        principal.require_enrolled_factor()
        ordering.set_payout_account(
            kind=form.get("kind", ""), holder=form.get("holder", ""), bank=form.get("bank", ""),
            number=form.get("number", ""), expected_version=hidden_number(form, "version"), by=party_of(principal),
            request=deed_of(principal, form),
        )  # fmt: skip

    pages.own(PATH, show, *TREASURERS)
    pages.deed(PATH, PATH, show, withdraw, *TREASURERS, second_factor=True)
    pages.deed(f"{PATH}/account", PATH, show, set_account, *OWNERS, second_factor=True)


def _at_field(error: PifaError, names: dict[str, str]) -> PifaError:
    """The refusal, naming the field as the form does."""
    error.parameter = names.get(error.parameter or "", error.parameter)
    return error
