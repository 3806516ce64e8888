"""The pages of the market's own people: verifications that wait, and who else decides."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.companies.members import MEMBER_MACHINE, MemberState
from catalog_service.domain.companies.verification import VERIFICATION_MACHINE, Verification, VerificationState
from catalog_service.http.companies.documents import as_download
from catalog_service.people import People
from catalog_service.service import Record
from kernel.errors import Invalid
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import Accounts, deed_of
from storefront.form_fields import hidden_number
from storefront.pages.scans import scan_rows
from storefront.pages.trade_words import moment
from storefront.routes.account import Form
from storefront.routes.company import DAY
from storefront.routes.staff_money import add_money_pages
from storefront.routes.staff_offers import add_staff_offers
from storefront.routes.staff_orders import add_order_pages
from storefront.routes.staff_pages import PAGE_SIZE, StaffPages
from storefront.shop import Shop

WAITING, PEOPLE = "/staff/verifications", "/staff/people"
YEARS = (1, 2, 3)  # how long an approval may last; a licence is looked at anew at least every three
YEAR = 365 * DAY


def add_staff_routes(router: APIRouter, shop: Shop, accounts: Accounts, record: Record | None) -> None:
    """``record``: whose offers are audited; None where the site shows none."""
    pages = StaffPages(router, shop, accounts)
    pages.own("/staff", lambda *_: RedirectResponse(WAITING, status_code=303))
    _add_verifications(pages)
    _add_people(pages)
    if record is not None:
        add_staff_offers(pages, record)
        add_order_pages(pages, record.ordering)
        add_money_pages(pages, record.ordering)


def _add_verifications(pages: StaffPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        state = _state(request.query_params.get("state", ""))
        after = request.query_params.get("after", "")
        found = people.reads.verifications_in(
            state, after=validate_id(after, parameter="after") if after else "", limit=PAGE_SIZE
        )
        return pages.show(
            request, "verifications", "供应商认证", at=WAITING, state=str(state), tabs=_tabs(state),
            rows=[_row(people, row) for row in found], years=YEARS,
            following=f"{WAITING}?state={state}&after={found[-1].verification_id}" if len(found) == PAGE_SIZE else "",
            **page,
        )  # fmt: skip

    def decide(principal: Principal, form: Form) -> None:
        verification_id = validate_id(form["verification_id"], parameter="verification_id")
        said: dict[str, Any] = {"verification_id": verification_id, "request": deed_of(principal, form)}
        version = hidden_number(form, "version")
        decision = form.get("decision", "")
        if decision == "approve":
            years = hidden_number(form, "years")
            if years not in YEARS:
                raise Invalid("有效期为一到三年", parameter="years")
            until = pages.now + years * YEAR
            people.decide_verification.approve(**said, expires_at=until, expected_version=version)
        elif decision == "refuse":
            people.decide_verification.refuse(**said, reason=form.get("reason", ""), expected_version=version)
        elif decision == "withdraw":
            people.withdraw_verification(**said, company_id=None, reason=form.get("reason", ""))
        else:
            raise Invalid("不认识的操作", parameter="decision")

    def download(request: Request, _: Principal) -> Response:
        document_id = validate_id(request.path_params["document_id"], parameter="document_id")
        return as_download(*people.documents.read(document_id, company_id=None))

    pages.own(WAITING, show)
    pages.decision(f"{WAITING}/{{verification_id}}", WAITING, show, decide)
    pages.own("/staff/documents/{document_id}", download)


def _row(people: People, row: Verification) -> dict[str, Any]:
    known = {scan.document_id: scan for scan in people.reads.documents(row.company_id)}
    return {
        "id": row.verification_id,
        "version": row.version,
        "company": people.reads.company(row.company_id).name,
        "supplier_id": row.supplier_id,
        "submitted": moment(row.submitted_at),
        "until": moment(row.expires_at)[:10],
        "reason": row.reason,
        "scans": scan_rows(row, known),
    }


def _state(said: str) -> VerificationState:
    try:
        return VerificationState(said or VerificationState.SUBMITTED)
    except ValueError:
        raise Invalid("没有这种状态", parameter="state") from None


def _tabs(state: VerificationState) -> list[tuple[str, str, bool]]:
    labels = VERIFICATION_MACHINE.state_labels
    return [(f"{WAITING}?state={each}", labels[each], each is state) for each in VerificationState]


def _add_people(pages: StaffPages) -> None:
    people = pages.people

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        staff = people.reads.staff()
        active = sum(member.state is MemberState.ACTIVE for member in staff)
        return pages.show(
            request, "people", "市场工作人员", at=PEOPLE, staff=staff, labels=MEMBER_MACHINE.state_labels,
            me=principal.member_id, last=active < 2, **{"link": "", **page},
        )  # fmt: skip

    def add(principal: Principal, form: Form) -> dict[str, Any]:
        made = people.make_admin_link.made_by(deed_of(principal, form))
        return {"link": made.address or ""}

    def move(principal: Principal, form: Form) -> None:
        said: dict[str, Any] = {
            "member_id": validate_id(form["member_id"], parameter="member_id"), "request": deed_of(principal, form),
            "expected_version": hidden_number(form, "version"),
        }  # fmt: skip
        if form.get("event") == "suspend":
            people.move_staff.suspend(**said, reason=form.get("reason", ""))
        elif form.get("event") == "reinstate":
            people.move_staff.reinstate(**said)
        else:
            raise Invalid("不认识的操作", parameter="event")

    pages.own(PEOPLE, show)
    pages.decision(PEOPLE, PEOPLE, show, add)
    pages.decision(f"{PEOPLE}/{{member_id}}", PEOPLE, show, move)
