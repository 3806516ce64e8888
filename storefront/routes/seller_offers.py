"""``/seller/offers``: the list by state, the form, stock, and the moves of an offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from catalog_service.domain.deeds import DeedRequest, Receipt
from catalog_service.domain.offers.content import PICTURES_MAX, OfferDraft, StoredOffer
from catalog_service.domain.offers.revision_states import REVISION
from catalog_service.domain.offers.states import OfferEvent, OfferState
from catalog_service.domain.pictures.values import UPLOAD_BYTES_MAX, picture_path
from catalog_service.ports.record import VersionMismatch
from catalog_service.reads.offers import OfferGone, OfferView
from catalog_service.reads.revisions import RevisionView
from catalog_service.service import Record
from kernel.errors import Conflict, Invalid, NotFound, PifaError
from kernel.ids import validate_id
from kernel.paging import Page
from kernel.principal import Principal
from storefront.accounts import deed_of
from storefront.form_fields import version_of
from storefront.pages.offer_pictures import images_of, is_press, pressed, shown_pictures, with_images, with_upload
from storefront.pages.seller_offer_form import (
    ReadOffer,
    content_fields,
    differences,
    fields_of,
    read_offer,
    rows_of,
    sides_of,
    tiers_of,
    with_combinations,
    with_more_rows,
)
from storefront.pages.seller_offers import (
    OFFER_LIST,
    ListPlace,
    done_by,
    offer_row,
    place_in,
    place_of,
    presses,
    revision_presses,
    state_tabs,
)
from storefront.pages.trade_words import OFFER_STATES, moment, read_count
from storefront.routes.account import Form
from storefront.routes.company import Show
from storefront.routes.seller_pages import SellerPages, seller

LIST, ONE, SAVE = OFFER_LIST, "/seller/offers/{offer_id}", "/seller/offers/save"
PAGE_SIZE = 20
SELLERS = ("owner", "buyer")
FORM_BYTES = 1 << 20
LARGER_FORMS = {SAVE: PICTURES_MAX * UPLOAD_BYTES_MAX + FORM_BYTES}  # all its pictures beside the fields
STALE_SHOWN = 20
EDITABLE = (OfferState.DRAFT, OfferState.REFUSED, OfferState.LIVE, OfferState.WITHDRAWN)


def add_offer_pages(pages: SellerPages) -> None:
    _add_list(pages)
    _add_form(pages)
    _add_moves(pages)
    _add_stock(pages)


def _add_list(pages: SellerPages) -> None:
    pages.own(LIST, lister(pages), *SELLERS)


def lister(pages: SellerPages) -> Show:
    record = pages.record

    def show(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        place, own = place_of(request.query_params), seller(principal)
        if form is not None:  # a deed that was refused: the list as it was where it was pressed
            place = place_in(form)
            request.state.at = place.href()
        found = _page(record, own, place)
        if place.after and not found.items:  # the deed took the last rows of the last page away
            place = replace(place, after="")
            found = _page(record, own, place)
        state, typed = place.state, place.typed
        skus = record.seller_desk.skus_of([stored.offer.offer_id for stored in found.items])
        open_ = record.revisions.states_of(list(skus))
        counts = {} if typed else record.seller_desk.offer_counts(own)
        return pages.show(
            request, "offers", "我的商品", error=error, form=dict(form or {}),
            rows=[offer_row(each, skus[each.offer.offer_id], open_.get(each.offer.offer_id)) for each in found.items],
            tabs=state_tabs(counts, state, typed), typed=typed, state=str(state), label=OFFER_STATES.get(state, ""),
            next_href=replace(place, after=found.next_cursor).href() if found.next_cursor else "",
            first_href=replace(place, after="").href() if place.after else "", place=place.text, **page,
        )  # fmt: skip

    return show


def _page(record: Record, own: str, place: ListPlace) -> Page[StoredOffer]:
    return record.offers.page(seller=own, state=place.state, after=place.after, limit=PAGE_SIZE, typed=place.typed)


def _own_offer(record: Record, offer_id: str, principal: Principal) -> OfferView:
    """The company's own offer in any state; another's is not there."""
    view = record.offers.offer(validate_id(offer_id, parameter="offer_id"), seller=seller(principal))
    if view.offer.supplier_id != seller(principal):
        raise OfferGone(f"没有编号为 {offer_id} 的商品，或已下架", parameter="offer_id")
    return view


class OfferForms:
    """Shows the form and takes it."""

    def __init__(self, pages: SellerPages) -> None:
        self.pages, self.record, self.taxonomy = pages, pages.record, pages.shop.taxonomy

    def shown(
        self,
        request: Request,
        principal: Principal,
        *,
        offer_id: str = "",
        fields: dict[str, str] | None = None,
        error: PifaError | None = None,
        version: int | None = None,
        stale: Any = (),
    ) -> Response:
        view = _own_offer(self.record, offer_id, principal) if offer_id else None
        beside = self._revision(view, principal)
        editing = beside is not None and request.query_params.get("of") == "revision"
        said = fields_of(view, self.taxonomy) if fields is None else fields
        if fields is None and view is not None and beside is not None and editing:
            said = content_fields(beside.content, view.skus, self.taxonomy)
        templates = self.record.prices.freight_templates(seller=seller(principal))
        skus = [] if view is None else view.skus
        return self.pages.show(
            request, "offer_form", view.offer.title if view else "发布商品", error=error, form=said, failed="offer",
            offer_id=offer_id, version=version or (view.offer.version if view else 0),
            state=str(view.state) if view else "", label=OFFER_STATES.get(view.state, "") if view else "",
            reason=view.takedown_reason if view else "", editable=view is None or view.state in EDITABLE,
            can=presses(view.state) if view else [], templates=templates, rows=rows_of(said), tiers=tiers_of(said),
            sides=sides_of(said), stale=stale, pictures=shown_pictures(images_of(said)), pictures_max=PICTURES_MAX,
            available={each.sku.sku_id: each.available for each in skus},
            wrong=error.parameter if error else "", editing=editing, **_revision_page(beside),
        )  # fmt: skip

    def _revision(self, view: OfferView | None, principal: Principal) -> RevisionView | None:
        """The change that is open beside a live offer."""
        if view is None or view.state is not OfferState.LIVE:
            return None
        try:
            return self.record.revisions.of_offer(view.offer.offer_id, seller=seller(principal))
        except NotFound:
            return None

    def new(self, request: Request, principal: Principal) -> Response:
        return self.shown(request, principal)

    def edit(self, request: Request, principal: Principal, **page: Any) -> Response:
        return self.shown(request, principal, offer_id=request.path_params["offer_id"], error=page.get("error"))

    def taken(self, request: Request, form: Form) -> Response:
        principal = self.pages.accounts.member(request, *SELLERS)
        offer_id, act, fields = form.get("offer_id", ""), form.get("act", ""), dict(form)
        request.state.at = f"{LIST}/{validate_id(offer_id, parameter='offer_id') if offer_id else 'new'}"
        if not principal.supplier_id:
            return RedirectResponse("/seller", status_code=303)
        try:
            fields, refusal = self._with_uploads(fields, request.state.uploads.get("file", []))
            if refusal is not None:
                raise refusal
            if is_press(act):
                made = with_images(fields, pressed(images_of(fields), act))
                return self.shown(request, principal, offer_id=offer_id, fields=made, version=version_of(form))
            if act in ("fill", "more"):
                made = with_combinations(fields) if act == "fill" else with_more_rows(fields)
                return self.shown(request, principal, offer_id=offer_id, fields=made, version=version_of(form))
            saved = self._save(principal, fields)
        except VersionMismatch as error:
            return self._stale(request, principal, fields, error)
        except PifaError as error:
            return self.shown(
                request, principal, offer_id=offer_id, fields=fields, error=error, version=version_of(form)
            )
        return RedirectResponse(f"{LIST}/{saved.subject_id}?done={done_by(saved, act)}", status_code=303)

    def _with_uploads(
        self, fields: dict[str, str], uploads: Sequence[bytes]
    ) -> tuple[dict[str, str], PifaError | None]:
        """The form with the pictures that came with it, and what the first that was refused is refused for: the others
        are kept."""
        images, refusal = images_of(fields), None
        for upload in uploads:
            try:
                images = with_upload(images, picture_path(self.record.pictures.upload(upload).digest))
            except Invalid as error:
                error.parameter = "file"
                refusal = refusal or error
        return with_images(fields, images), refusal

    def _save(self, principal: Principal, fields: dict[str, str]) -> Receipt:
        """What was kept, published or revised."""
        offer_id = fields.get("offer_id", "")
        view = _own_offer(self.record, offer_id, principal) if offer_id else None
        base = OfferDraft(offer_id=offer_id or self.record.ids.new(), title="")
        if view is not None:
            offer = view.offer
            base = OfferDraft(
                offer_id=offer_id, title="", barcode=offer.barcode, sold_count=offer.sold_count,
                published_at=offer.published_at,
            )  # fmt: skip
        read = read_offer(fields, base, self.taxonomy)
        try:
            return self._deed(principal, fields, read, view)
        except Invalid as error:
            parameter = read.field_of(error.parameter or "")
            raise Invalid(error.message, code=error.code, parameter=parameter, detail=error.detail) from None

    def _deed(self, principal: Principal, fields: dict[str, str], read: ReadOffer, view: OfferView | None) -> Receipt:
        record, request, own = self.record, deed_of(principal, fields), seller(principal)
        said: dict[str, Any] = {"draft": read.draft, "trade": read.trade, "seller": own, "request": request}
        publish = fields.get("act") == "publish"
        if view is None:
            return record.publish_offer(**said) if publish else record.save_draft(**said)
        version = version_of(fields)
        if view.state is OfferState.LIVE:
            return record.revise_offer(**said, expected_version=version)
        if view.state is OfferState.WITHDRAWN:
            if view.offer.version != version:
                raise VersionMismatch("内容已被他人修改", parameter="version", detail={"version": view.offer.version})
            return record.publish_offer(**said)
        kept = record.save_draft(**said, expected_version=version)
        if not publish:
            return kept
        return record.move_offer(
            offer_id=read.draft.offer_id, event=OfferEvent.SUBMIT, seller=own, request=_second(request)
        )

    def _stale(
        self, request: Request, principal: Principal, fields: dict[str, str], error: VersionMismatch
    ) -> Response:
        """Who changed what meanwhile, beside what was typed; sent again, what was typed holds."""
        view = _own_offer(self.record, fields["offer_id"], principal)
        last = self.record.seller_desk.last_change(view.offer.offer_id)
        who = self._name(last.actor, principal) if last else "有人"
        message = (
            f"您填写时，{who}在 {moment(view.changed_at)} 修改了这个商品。您填的都还在，核对后再保存一次即以您填的为准"
        )
        stale = differences(fields, fields_of(view, self.taxonomy))[:STALE_SHOWN]
        shown = VersionMismatch(message, parameter="version", detail=error.detail)
        return self.shown(
            request, principal, offer_id=view.offer.offer_id, fields=fields, error=shown, version=view.offer.version,
            stale=stale,
        )  # fmt: skip

    def _name(self, actor: str, principal: Principal) -> str:
        """What the company calls who did it."""
        try:
            return self.pages.people.reads.member(actor, company_id=principal.company_id).name
        except NotFound:
            return "接口密钥" if actor.startswith("key:") else "平台"


def _revision_page(beside: RevisionView | None) -> dict[str, Any]:
    if beside is None:
        return {"revision": None}
    state = beside.revision.state
    return {
        "revision": beside, "revision_label": REVISION.state_labels[state], "revision_can": revision_presses(state),
        "revision_at": moment(beside.revision.submitted_at),
    }  # fmt: skip


def _second(request: DeedRequest) -> DeedRequest:
    """The second deed of the same form."""
    key = f"{request.key}:2" if request.key else None
    return DeedRequest(actor=request.actor, key=key, fingerprint=request.fingerprint)


def _add_form(pages: SellerPages) -> None:
    forms = OfferForms(pages)
    pages.own(f"{LIST}/new", forms.new, *SELLERS)
    pages.post(SAVE, forms.taken)
    pages.own(ONE, forms.edit, *SELLERS)


def _add_moves(pages: SellerPages) -> None:
    record, forms, show_list = pages.record, OfferForms(pages), lister(pages)

    def show(request: Request, principal: Principal, *, form: Form, **page: Any) -> Response:
        """Where the button was: the list, or the offer's own page."""
        if "list" in form:
            return show_list(request, principal, form=form, **page)
        return forms.edit(request, principal, **page)

    def move(principal: Principal, form: Form) -> str:
        event, offer_id = form.get("event", ""), validate_id(form["offer_id"], parameter="offer_id")
        if event not in {str(each) for each in OfferEvent}:
            raise Invalid("不认识的操作", parameter="event")
        said: dict[str, Any] = {
            "offer_id": offer_id, "seller": seller(principal), "request": deed_of(principal, form),
            "expected_version": version_of(form),
        }  # fmt: skip
        if event == OfferEvent.WITHDRAW:
            receipt = record.withdraw_offer(**said)
        elif OfferEvent(event) in (OfferEvent.SUBMIT, OfferEvent.RECALL, OfferEvent.RELIST, OfferEvent.DISCARD):
            receipt = record.move_offer(**said, event=OfferEvent(event))
        else:
            raise Conflict("这个操作不在这里做", code="move_refused", parameter="event")
        done = done_by(receipt, event)
        if "list" in form or event == OfferEvent.DISCARD:
            return place_in(form).href(("done", done))
        return f"{LIST}/{offer_id}?done={done}"

    def move_revision(principal: Principal, form: Form) -> None:
        deeds = record.withdraw_revision
        do = {"submit": deeds.submit, "recall": deeds.recall, "discard": deeds.discard}.get(form.get("event", ""))
        if do is None:
            raise Invalid("不认识的操作", parameter="event")
        do(
            offer_id=validate_id(form["offer_id"], parameter="offer_id"), seller=seller(principal),
            request=deed_of(principal, form), expected_version=version_of(form),
        )  # fmt: skip

    pages.deed(f"{ONE}/move", ONE, show, move, *SELLERS)
    pages.deed(f"{ONE}/revision", ONE, forms.edit, move_revision, *SELLERS)


def _add_stock(pages: SellerPages) -> None:
    record = pages.record

    def show(
        request: Request, principal: Principal, *, error: PifaError | None = None, form: Form | None = None, **page: Any
    ) -> Response:
        view = _own_offer(record, request.path_params["offer_id"], principal)
        return pages.show(
            request, "stock", "库存", error=error, form=dict(form or {}), offer=view.offer,
            skus=[each for each in view.skus if not each.sku.retired], wrong=error.parameter if error else "", **page,
        )  # fmt: skip

    def count(principal: Principal, form: Form) -> None:
        """Each SKU that was counted anew, against what was read; the first that moved meanwhile stops."""
        request = deed_of(principal, form)
        for name, typed in form.items():
            sku_id = name.removeprefix("stock_")
            was = form.get(f"was_{sku_id}", "")
            if sku_id == name or typed.strip() == was:
                continue
            available = read_count(typed, parameter=name, label="库存")
            key = f"{request.key}:{sku_id}" if request.key else None
            try:
                record.change_stock.set(
                    sku_id=validate_id(sku_id, parameter=name), available=available,
                    expected=read_count(was, parameter=name, label="库存"), seller=seller(principal),
                    request=DeedRequest(actor=request.actor, key=key, fingerprint=request.fingerprint),
                )  # fmt: skip
            except PifaError as error:
                error.parameter = name
                raise

    def count_one(principal: Principal, form: Form) -> str:
        count(principal, form)
        return place_in(form).href(("done", "saved"))

    pages.own(f"{ONE}/stock", show, *SELLERS)
    pages.deed(f"{ONE}/stock", f"{ONE}/stock", show, count, *SELLERS)
    pages.deed(f"{LIST}/stock", LIST, lister(pages), count_one, *SELLERS)
