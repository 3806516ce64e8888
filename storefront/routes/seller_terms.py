"""What a seller agrees and gets: statements of account, freight templates, mixed batches and discounts."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from catalog_service.adapters.documents.sheets import statement_csv
from catalog_service.domain.money.ledger import EntryKind
from catalog_service.domain.prices.terms import DISCOUNTS_MAX, ZONES_MAX, Discount, FreightZone, SupplierTerms
from kernel.errors import Invalid, PifaError
from kernel.ids import validate_id
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import version_seen
from storefront.language import language_of
from storefront.pages.trade_words import month_bounds, month_of, read_count, read_yuan, typed_yuan
from storefront.routes.account import Form
from storefront.routes.seller_pages import SellerPages, seller

ACCOUNTANTS = ("owner", "finance")
SELLERS = ("owner", "buyer")
ENTRY_NAMES = {
    EntryKind.RELEASE: "订单结算", EntryKind.REFUND: "售后退款", EntryKind.DEPOSIT: "保证金",
    EntryKind.FUND: "买家付款", EntryKind.RETURN: "退回买家", EntryKind.SUSPEND: "待查款项",
    EntryKind.WITHDRAW: "提现", EntryKind.GIVE_BACK: "提现退回", EntryKind.BOUNCE: "银行退汇",
}  # fmt: skip
STATEMENT_ROWS = 200  # lines on a page; the file has all of them
ZONES_SHOWN = 3


def add_terms_pages(pages: SellerPages) -> None:
    _add_statements(pages)
    _add_freight(pages)
    _add_terms(pages)


def _add_statements(pages: SellerPages) -> None:
    ledger = pages.record.ordering.ledger

    def bounds(request: Request) -> tuple[str, int, int]:
        month = request.query_params.get("month", "") or month_of(pages.now)
        return month, *month_bounds(month)

    def show(request: Request, principal: Principal, **page: Any) -> Response:
        month, since, until = bounds(request)
        statement = ledger.suppliers_statement(seller(principal), since=since, until=until)
        lines = [(line, ENTRY_NAMES.get(EntryKind(line.kind), line.kind)) for line in statement.lines]
        return pages.show(
            request, "statements", "对账单", month=month, before=month_of(since - 1), after=month_of(until),
            last=until > pages.now, statement=statement, lines=lines[:STATEMENT_ROWS], count=len(lines),
            shown=STATEMENT_ROWS, came=sum(line.amount_fen for line, _ in lines if line.amount_fen > 0),
            went=sum(line.amount_fen for line, _ in lines if line.amount_fen < 0), **page,
        )  # fmt: skip

    def file(request: Request, principal: Principal) -> Response:
        month, since, until = bounds(request)
        statement = ledger.suppliers_statement(seller(principal), since=since, until=until)
        headers = {"Content-Disposition": f'attachment; filename="statement-{month}.csv"', "Cache-Control": "no-store"}
        return Response(
            statement_csv(statement, language_of(request)), media_type="text/csv; charset=utf-8", headers=headers
        )

    pages.own("/seller/statements", show, *ACCOUNTANTS)
    pages.own("/seller/statements.csv", file, *ACCOUNTANTS)


def _add_freight(pages: SellerPages) -> None:
    record = pages.record

    def show(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        templates = record.prices.freight_templates(seller=seller(principal))
        return pages.show(
            request, "freight", "运费模板", error=error, form=dict(form or {}), templates=templates, **page
        )

    def one(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        template_id = request.path_params.get("template_id", "")
        template = None
        if template_id:
            validate_id(template_id, parameter="template_id")
            template = record.prices.freight_template(template_id, seller=seller(principal))
        said = dict(form) if form else {} if template is None else _zone_fields(template.name, template.zones)
        return pages.show(
            request, "freight_form", template.name if template else "新建运费模板", error=error, form=said,
            template_id=template_id, version=template.version if template else 0, zones=_zone_count(said),
            wrong=error.parameter if error else "", **{**page, "failed": "freight"},
        )  # fmt: skip

    def create(principal: Principal, form: Form) -> str:
        record.keep_freight.create(
            seller=seller(principal), name=form.get("name", ""), zones=_zones(form), request=deed_of(principal, form)
        )
        return "/seller/freight?done=saved"

    def revise(principal: Principal, form: Form) -> str:
        record.keep_freight.revise(
            seller=seller(principal), template_id=form["template_id"], name=form.get("name", ""), zones=_zones(form),
            expected_version=version_seen(form) or 0,
            request=deed_of(principal, form),
        )  # fmt: skip
        return "/seller/freight?done=saved"

    def delete(principal: Principal, form: Form) -> str:
        record.keep_freight.delete(
            seller=seller(principal), template_id=form["template_id"], expected_version=None,
            request=deed_of(principal, form),
        )  # fmt: skip
        return "/seller/freight?done=saved"

    pages.own("/seller/freight", show, *SELLERS)
    pages.own("/seller/freight/new", one, *SELLERS)
    pages.deed("/seller/freight/new", "/seller/freight", one, create, *SELLERS)
    pages.own("/seller/freight/{template_id}", one, *SELLERS)
    pages.deed("/seller/freight/{template_id}", "/seller/freight", one, revise, *SELLERS)
    pages.deed("/seller/freight/{template_id}/delete", "/seller/freight", show, delete, *SELLERS)


def _zone_fields(name: str, zones: tuple[FreightZone, ...]) -> dict[str, str]:
    fields = {"name": name}
    for place, zone in enumerate(zones):
        said = {
            "regions": "、".join(zone.regions), "first_g": str(zone.first_g or ""),
            "first": typed_yuan(zone.first_fen), "step_g": str(zone.step_g or ""), "step": typed_yuan(zone.step_fen),
            "free": typed_yuan(zone.free_fen), "free_pieces": str(zone.free_pieces or ""),
            "refused": "" if zone.delivered else "1",
        }  # fmt: skip
        fields |= {f"zone_{place}_{part}": value for part, value in said.items()}
        fields[f"zone_{place}_on"] = "1"
    return fields


def _zone_count(fields: dict[str, str]) -> int:
    """The zones that say something, and a free one."""
    filled = [place for place in range(ZONES_MAX) if _zone_said(fields, place)]
    return min(ZONES_MAX, max(ZONES_SHOWN, filled[-1] + 2 if filled else 0))


def _zone_said(fields: Form, place: int) -> bool:
    names = ("on", "regions", "first_g", "first", "step_g", "step", "free", "free_pieces", "refused")
    return any(fields.get(f"zone_{place}_{name}", "").strip() for name in names)


def _zones(form: Form) -> list[FreightZone]:
    zones = []
    for place in (place for place in range(ZONES_MAX) if _zone_said(form, place)):
        where = f"zone_{place}_"
        said = {part: form.get(f"{where}{part}", "") for part in ("first_g", "step_g", "free_pieces")}
        counts = {part: read_count(typed, parameter=f"{where}{part}", label="数") for part, typed in said.items()}
        prices = {
            part: read_yuan(form.get(f"{where}{part}", ""), parameter=f"{where}{part}", label="运费")
            for part in ("first", "step", "free")
        }
        regions = form.get(f"{where}regions", "").replace("，", "、").replace(",", "、").replace(" ", "、")
        zones.append(
            FreightZone(
                regions=tuple(part for part in regions.split("、") if part),
                delivered=not form.get(f"{where}refused"), first_g=counts["first_g"] or 0,
                first_fen=prices["first"] or 0, step_g=counts["step_g"] or 0, step_fen=prices["step"] or 0,
                free_fen=prices["free"], free_pieces=counts["free_pieces"],
            )
        )  # fmt: skip
    return zones


def _add_terms(pages: SellerPages) -> None:
    record = pages.record

    def show(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        terms = record.prices.supplier_terms(seller=seller(principal))
        said = {"mixed_pieces": str(terms.mixed_pieces_min or ""), "mixed_sum": typed_yuan(terms.mixed_fen_min)}
        said["freight_template_id"] = terms.freight_template_id or ""
        for place, step in enumerate(terms.discounts):
            said |= {f"from_{place}": typed_yuan(step.from_fen), f"off_{place}": typed_yuan(step.off_fen)}
        return pages.show(
            request, "terms", "混批与满减", error=error, form=dict(form) if form else said, version=terms.version,
            templates=record.prices.freight_templates(seller=seller(principal)),
            steps=min(DISCOUNTS_MAX, len(terms.discounts) + 2), wrong=error.parameter if error else "",
            **{**page, "failed": "terms"},
        )  # fmt: skip

    def keep(principal: Principal, form: Form) -> None:
        steps = []
        for place in range(DISCOUNTS_MAX):
            from_fen = read_yuan(form.get(f"from_{place}", ""), parameter=f"from_{place}", label="满减门槛")
            off_fen = read_yuan(form.get(f"off_{place}", ""), parameter=f"off_{place}", label="满减金额")
            if (from_fen is None) != (off_fen is None):
                missing = "from" if from_fen is None else "off"
                raise Invalid("门槛和减额要一起写", parameter=f"{missing}_{place}")
            if from_fen is not None and off_fen is not None:
                steps.append(Discount(from_fen=from_fen, off_fen=off_fen))
        terms = SupplierTerms(
            supplier_id=seller(principal),
            mixed_pieces_min=read_count(form.get("mixed_pieces", ""), parameter="mixed_pieces", label="件数"),
            mixed_fen_min=read_yuan(form.get("mixed_sum", ""), parameter="mixed_sum", label="金额"),
            discounts=tuple(steps),
            freight_template_id=form.get("freight_template_id", "") or None,
        )
        record.set_supplier_terms(
            terms=terms, expected_version=version_seen(form) or 0,
            request=deed_of(principal, form),
        )  # fmt: skip

    pages.own("/seller/terms", show, *SELLERS)
    pages.deed("/seller/terms", "/seller/terms", show, keep, *SELLERS)
