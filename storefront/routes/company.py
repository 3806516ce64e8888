"""A company's own pages: overview, members, addresses, invoice data, keys, and a member's security."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.companies.address import PROVINCES, Address
from catalog_service.domain.companies.company import Invoice
from catalog_service.domain.companies.credentials import SCOPES
from catalog_service.domain.companies.members import COMPANY_ROLES, ROLE_LABELS, MemberEvent
from catalog_service.domain.machines import Actor
from catalog_service.people import People
from catalog_service.reads.orders import OrderFilter
from kernel.errors import Invalid, PifaError
from kernel.principal import Principal
from storefront.accounts import Accounts, deed_of
from storefront.form_fields import version_of, version_seen, whole
from storefront.language import keep_choice, language_of
from storefront.pages.devices import device_text
from storefront.pages.orders import order_rows
from storefront.pages.overview import notice_rows, states_to_act
from storefront.pages.trade_words import moment, read_yuan, typed_yuan
from storefront.qr import qr_svg
from storefront.routes.account import AccountPages, Form
from storefront.shop import Shop
from storefront.trading import Trading, party_of

ROLES = [(str(role), ROLE_LABELS[role]) for role in sorted(COMPANY_ROLES)]
ADDRESS_FIELDS = ("recipient", "phone", "province", "city", "district", "street", "postcode")
INVOICE_FIELDS = ("title", "tax_id", "bank_name", "bank_account", "address", "phone")
BUYERS = ("owner", "buyer", "warehouse")
DAY = 86_400
NOTICES, WAITING = 20, 5  # of an overview: what fits a screen beside the rest

Show = Callable[..., Response]
Do = Callable[[Principal, Form], Any]


def add_company_routes(router: APIRouter, shop: Shop, accounts: Accounts, trading: Trading | None = None) -> None:
    """``trading``: where what waits for a member is asked for; without it there are no orders."""
    pages = CompanyPages(router, shop, accounts)
    _add_overview(pages, trading)
    _add_members(pages)
    _add_addresses(pages)
    _add_invoice(pages)
    _add_keys(pages)
    _add_security(pages)


class CompanyPages(AccountPages):
    """Pages of people who are signed in."""

    @property
    def people(self) -> People:
        return self.accounts.people

    def own(self, path: str, show: Show, *roles: str) -> None:
        """A page of the company, for members of these roles (any, when none is named)."""

        def shown(request: Request) -> Response:
            principal = self.accounts.member(request, *roles)
            if principal.company_id is None and path != "/account/security":
                return RedirectResponse("/account/security", status_code=303)  # the market's people have no company
            return show(request, principal)

        self.get(path, shown)

    def deed(self, path: str, back: str, show: Show, do: Do, *roles: str, second_factor: bool = False) -> None:
        """A form of a page: done, then looked at at ``back``, with the path's own parts; what is refused stands above
        the form."""

        def done(request: Request, form: Form) -> Response:
            principal = self.accounts.member(request, *roles)
            try:
                if second_factor:
                    principal.require_second_factor()
                shown = do(principal, {**form, **request.path_params})
            except PifaError as error:
                return show(request, principal, error=error, form=dict(form))
            if isinstance(shown, dict):  # what is shown once and cannot wait for another request
                return show(request, self.accounts.member(request), **shown)
            return RedirectResponse(f"{back.format(**request.path_params)}?done=saved", status_code=303)

        self.post(path, done)


def _company(principal: Principal) -> str:
    return principal.company_id or ""


def _member(principal: Principal) -> str:
    return principal.member_id or ""


def _limit_fen(form: Form) -> int | None:
    return read_yuan(form.get("spend_limit", ""), parameter="spend_limit", label="限额")


def _roles(form: Form) -> list[str]:
    return [role for role, _ in ROLES if form.get(f"role_{role}")]


def _add_overview(pages: CompanyPages, trading: Trading | None) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        company_id = _company(principal)
        told = people.reads.notices(company_id, before=None, limit=NOTICES)
        return pages.show(
            request,
            "overview",
            "我的公司",
            company=people.reads.company(company_id),
            member=people.reads.member(_member(principal), company_id=company_id),
            roles=dict(ROLES),
            notices=notice_rows(told.notices),
            unread=told.unread,
            **_waiting(principal, trading),
            **page,
        )

    def rename(principal: Principal, form: Form) -> None:
        people.revise_company(
            company_id=_company(principal), name=form.get("company_name", ""), request=deed_of(principal, form)
        )

    def read(principal: Principal, form: Form) -> None:
        up_to = whole(form.get("up_to", ""))
        if up_to is None:
            raise Invalid("没有这条通知", parameter="up_to")
        people.read_notices(company_id=_company(principal), up_to=up_to, request=deed_of(principal, form))

    pages.own("/account", show)
    pages.deed("/account/name", "/account", show, rename, "owner", second_factor=True)
    pages.deed("/account/notices", "/account", show, read)


def _waiting(principal: Principal, trading: Trading | None) -> dict[str, Any]:
    """Orders that wait for what a member of these roles may do, the newest first, and whether there are more."""
    states = states_to_act(principal.roles)
    if trading is None or not states:
        return {"rows": [], "more_rows": False}
    wanted = OrderFilter(side=Actor.BUYER, states=states)
    reads = trading.ordering.reads
    found = reads.page(party_of(principal), wanted, cursor=None, size=WAITING)
    parties = reads.parties.of_many(found.items, Actor.BUYER)
    return {"rows": order_rows(reads.with_lines(found.items), parties), "more_rows": found.next_cursor is not None}


def _add_members(pages: CompanyPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        members = people.reads.members(_company(principal))
        return pages.show(
            request, "members", "成员", members=members, roles=ROLES, me=principal.member_id,
            owner="owner" in principal.roles, **page,
        )  # fmt: skip

    def invite(principal: Principal, form: Form) -> None:
        people.invite_member(
            company_id=_company(principal), login=form.get("login", ""), email=form.get("email", ""),
            name=form.get("name", ""), roles=_roles(form), spend_limit_fen=_limit_fen(form),
            language=form.get("language") or None, request=deed_of(principal, form),
        )  # fmt: skip

    def revise(principal: Principal, form: Form) -> None:
        people.revise_member(
            company_id=_company(principal), member_id=form["member_id"], name=form.get("name", ""),
            roles=_roles(form), spend_limit_fen=_limit_fen(form), expected_version=version_of(form),
            request=deed_of(principal, form),
        )  # fmt: skip

    def move(principal: Principal, form: Form) -> None:
        event = form.get("event", "")
        if event == MemberEvent.INVITE:
            people.invite_again(
                company_id=_company(principal), member_id=form["member_id"], request=deed_of(principal, form)
            )
            return
        if event not in {MemberEvent.SUSPEND, MemberEvent.REINSTATE, MemberEvent.REMOVE}:
            raise Invalid("不认识的操作", parameter="event")
        people.move_member(
            company_id=_company(principal), member_id=form["member_id"], event=MemberEvent(event),
            request=deed_of(principal, form),
        )  # fmt: skip

    back = "/account/members"
    pages.own(back, show)
    pages.deed(back, back, show, invite, "owner", second_factor=True)
    pages.deed(f"{back}/{{member_id}}", back, show, revise, "owner", second_factor=True)
    pages.deed(f"{back}/{{member_id}}/move", back, show, move, "owner", second_factor=True)


def _add_addresses(pages: CompanyPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, *, form: dict[str, str] | None = None, **page: Any) -> Response:
        """``?edit=`` an address: the form below the list holds it."""
        company_id = _company(principal)
        book, may_write = people.reads.addresses(company_id), bool(set(BUYERS) & principal.roles)
        asked = request.path_params.get("address_id") or request.query_params.get("edit")
        editing = next((each for each in book if each.address_id == asked), None)
        known = {name: getattr(editing.address, name) for name in ADDRESS_FIELDS} if editing else {}
        return pages.show(
            request, "addresses", "收货地址", addresses=book, provinces=PROVINCES, editing=editing,
            default=people.reads.company(company_id).default_address_id, form=form or known, may_write=may_write,
            **page,
        )  # fmt: skip

    def add(principal: Principal, form: Form) -> None:
        address = Address(**{name: form.get(name, "") for name in ADDRESS_FIELDS})
        people.add_address(
            company_id=_company(principal), address=address, default=bool(form.get("default")),
            request=deed_of(principal, form),
        )  # fmt: skip

    def revise(principal: Principal, form: Form) -> None:
        address = Address(**{name: form.get(name, "") for name in ADDRESS_FIELDS})
        people.revise_address(
            company_id=_company(principal), address_id=form["address_id"], address=address,
            default=bool(form.get("default")), expected_version=version_seen(form), request=deed_of(principal, form),
        )  # fmt: skip

    def choose(principal: Principal, form: Form) -> None:
        known = people.reads.address(form["address_id"], company_id=_company(principal))
        people.revise_address(
            company_id=_company(principal), address_id=known.address_id, address=known.address, default=True,
            expected_version=known.version, request=deed_of(principal, form),
        )  # fmt: skip

    def remove(principal: Principal, form: Form) -> None:
        people.remove_address(
            company_id=_company(principal), address_id=form["address_id"], request=deed_of(principal, form)
        )

    back = "/account/addresses"
    pages.own(back, show)
    pages.deed(back, back, show, add, *BUYERS)
    pages.deed(f"{back}/{{address_id}}", back, show, revise, *BUYERS)
    pages.deed(f"{back}/{{address_id}}/default", back, show, choose, *BUYERS)
    pages.deed(f"{back}/{{address_id}}/remove", back, show, remove, *BUYERS)


def _add_invoice(pages: CompanyPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, *, form: dict[str, str] | None = None, **page: Any) -> Response:
        invoice = people.reads.company(_company(principal)).invoice
        known = {name: getattr(invoice, name, "") for name in INVOICE_FIELDS}
        return pages.show(
            request, "invoice", "发票资料", form=form or known,
            may_write=bool({"owner", "finance"} & principal.roles), **page,
        )  # fmt: skip

    def put(principal: Principal, form: Form) -> None:
        invoice = Invoice(**{name: form.get(name, "") for name in INVOICE_FIELDS})
        people.revise_company(company_id=_company(principal), invoice=invoice, request=deed_of(principal, form))

    pages.own("/account/invoice", show, "owner", "buyer", "finance")
    pages.deed("/account/invoice", "/account/invoice", show, put, "owner", "finance")


def _add_keys(pages: CompanyPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        keys = [key for key in people.reads.keys(_company(principal)) if key.revoked_at is None]
        return pages.show(
            request, "keys", "API 密钥", keys=keys, scopes=SCOPES, spent=people.reads.spent_today(_company(principal)),
            yuan=typed_yuan, **{"secret": "", **page},
        )  # fmt: skip

    def create(principal: Principal, form: Form) -> dict[str, Any]:
        scopes = [scope for scope in SCOPES if form.get(f"scope_{scope}")]
        made = people.create_key(
            company_id=_company(principal), name=form.get("name", ""), scopes=scopes,
            spend_limit_fen=_limit_fen(form), request=deed_of(principal, form),
        )  # fmt: skip
        return {"secret": made.secret or ""}

    def limit(principal: Principal, form: Form) -> None:
        people.revise_key(
            company_id=_company(principal), key_id=form["key_id"],
            spend_limit_fen=_limit_fen(form), request=deed_of(principal, form),
        )  # fmt: skip

    def rotate(principal: Principal, form: Form) -> dict[str, Any]:
        made = people.rotate_key(
            company_id=_company(principal), key_id=form["key_id"], overlap_seconds=DAY,
            request=deed_of(principal, form),
        )  # fmt: skip
        return {"secret": made.secret or ""}

    def revoke(principal: Principal, form: Form) -> None:
        people.revoke_key(company_id=_company(principal), key_id=form["key_id"], request=deed_of(principal, form))

    back = "/account/keys"
    pages.own(back, show, "owner")
    pages.deed(back, back, show, create, "owner", second_factor=True)
    pages.deed(f"{back}/{{key_id}}/limit", back, show, limit, "owner", second_factor=True)
    pages.deed(f"{back}/{{key_id}}/rotate", back, show, rotate, "owner", second_factor=True)
    pages.deed(f"{back}/{{key_id}}/revoke", back, show, revoke, "owner", second_factor=True)


def _add_security(pages: CompanyPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        member = people.reads.member(_member(principal), company_id=principal.company_id)
        return pages.show(
            request, "security", "安全", enrolled=member.totp_confirmed_at is not None,
            fresh=principal.second_factor_fresh,
            sessions=[(each.session_id, device_text(each.agent), each.agent, moment(each.last_seen_at))
                      for each in people.reads.sessions(member.member_id)],
            current=principal.session_id, left=people.reads.recovery_codes_left(member.member_id),
            company=principal.company_id, reads=member.language or language_of(request),
            **{"enrolment": None, "qr": "", "recovery": (), **page},
        )  # fmt: skip

    def language(request: Request, form: Form) -> Response:
        principal = pages.accounts.member(request)
        chosen = form.get("language", "")
        try:
            people.choose_language(
                member_id=_member(principal), company_id=principal.company_id, language=chosen,
                request=deed_of(principal, form),
            )  # fmt: skip
        except PifaError as error:
            return show(request, principal, error=error, form=dict(form))
        response = RedirectResponse(f"{back}?done=saved", status_code=303)
        keep_choice(response, chosen, signed_in=True, https=pages.accounts.https)
        return response

    def password(principal: Principal, form: Form) -> None:
        people.change_password(
            member_id=_member(principal), session_id=principal.session_id or "", current=form.get("current", ""),
            new=form.get("new", ""),
        )  # fmt: skip

    def enrol(principal: Principal, form: Form) -> dict[str, Any]:
        enrolment = people.enrol_totp(member_id=_member(principal))
        return {"enrolment": enrolment, "qr": qr_svg(enrolment.address)}

    def confirm(principal: Principal, form: Form) -> dict[str, Any]:
        codes = people.confirm_totp(
            member_id=_member(principal), session_id=principal.session_id or "", code=form.get("code", "")
        )
        return {"recovery": codes}

    def give(principal: Principal, form: Form) -> None:
        people.give_code(member_id=_member(principal), session_id=principal.session_id or "", code=form.get("code", ""))

    def drop(principal: Principal, form: Form) -> None:
        people.drop_totp(member_id=_member(principal), request=deed_of(principal, form))

    def end(principal: Principal, form: Form) -> None:
        people.end_sessions(
            member_id=_member(principal), session_id=form.get("session_id") or None, request=deed_of(principal, form)
        )

    back = "/account/security"
    pages.own(back, show)
    pages.deed(f"{back}/password", back, show, password)
    pages.post(f"{back}/language", language)
    pages.deed(f"{back}/enrol", back, show, enrol)
    pages.deed(f"{back}/confirm", back, show, confirm)
    pages.deed(f"{back}/code", back, show, give)
    pages.deed(f"{back}/drop", back, show, drop, second_factor=True)
    pages.deed(f"{back}/sessions", back, show, end)
