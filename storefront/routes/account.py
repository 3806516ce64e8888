"""Sign up, confirm, sign in and out, and the forgotten password."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from catalog_service.domain.deeds import DeedRequest
from kernel.errors import PifaError
from storefront.accounts import Accounts, SignInFirst, new_once, said_of, to_sign_in
from storefront.kept import local_path
from storefront.language import chosen_of, end_visit, keep_language, language_of
from storefront.pages.frame import frame_of
from storefront.shop import Shop, here
from storefront.state import address
from storefront.trading import Trading
from storefront.visit import visit_of
from web.language import LANGUAGES
from web.problem import status_of

FIELD_CHARACTERS_MAX = 2_000  # of one field of a form; the deeds have their own limits
Form = Mapping[str, str]
Answer = Callable[[Request, Form], Response]


class AccountPages:
    """Shows forms and takes them: what a deed refuses stands above the form, which keeps what was typed."""

    folder = "account"  # of its templates

    def __init__(self, router: APIRouter, shop: Shop, accounts: Accounts) -> None:
        self.router, self.shop, self.accounts = router, shop, accounts

    def show(
        self, request: Request, name: str, title: str, *, error: PifaError | None = None, at: str = "", **page: Any
    ) -> Response:
        """The page; kept by no cache, and its address told to no other site. ``at``: its address, where the request's
        own cannot be asked for."""
        fresh = new_once()
        bound = hashlib.sha256(fresh.encode()).hexdigest()
        page = {
            "csrf": self.accounts.form_token(request, bound),
            "once": new_once(),
            "error": said_of(error),
            "done": request.query_params.get("done", ""),
            "form": {},
            **page,
        }
        frame = frame_of(
            title=title, visit=visit_of(request), kept=self.shop.kept(request), here=at or here(request), index=False
        )
        status = 200 if error is None else status_of(error)
        response = self.shop.show(request, f"{self.folder}/{name}.html", frame=frame, page=page, status=status)
        self.accounts.bind(response, request, fresh)
        if error is not None and "retry_after" in error.detail:
            response.headers["Retry-After"] = str(error.detail["retry_after"])
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"  # addresses of links hold their token
        return response

    def get(self, path: str, answer: Callable[[Request], Response]) -> None:
        def shown(request: Request) -> Response:
            try:
                return answer(request)
            except SignInFirst:
                return to_sign_in(request)

        self.router.add_api_route(path, shown, methods=["GET"], include_in_schema=False)

    def post(self, path: str, answer: Answer, *, longest: int = FIELD_CHARACTERS_MAX) -> None:
        """``longest``: characters of a field that are read."""

        async def taken(request: Request) -> Response:
            form = {name: value[:longest] for name, value in (await request.form()).items() if isinstance(value, str)}
            return await run_in_threadpool(self._take, answer, request, form)

        self.router.add_api_route(path, taken, methods=["POST"], include_in_schema=False)

    def _take(self, answer: Answer, request: Request, form: Form) -> Response:
        try:
            self.accounts.read_form(request, form)
            return answer(request, form)
        except SignInFirst:
            return to_sign_in(request)


def client_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def add_account_routes(router: APIRouter, shop: Shop, accounts: Accounts, trading: Trading | None = None) -> None:
    pages = AccountPages(router, shop, accounts)
    _add_sign_in(pages, trading)
    _add_mailed(pages)
    _add_links(pages)


def _add_sign_in(pages: AccountPages, trading: Trading | None) -> None:
    people = pages.accounts.people

    def form(request: Request, typed: Form | None = None, error: PifaError | None = None) -> Response:
        said = typed or {"next": request.query_params.get("next", "")}
        return pages.show(request, "sign_in", "登录", error=error, form=dict(said))

    def sign_in(request: Request, typed: Form) -> Response:
        try:
            signed_in = people.sign_in(
                login=typed.get("login", ""), password=typed.get("password", ""), client=client_of(request),
                agent=request.headers.get("user-agent", ""), language=chosen_of(request),
            )  # fmt: skip
        except PifaError as error:
            return form(request, typed, error)
        response = RedirectResponse(local_path(typed.get("next", ""), default="/account"), status_code=303)
        pages.accounts.begin(response, signed_in.token)
        if signed_in.member.language is not None:
            keep_language(response, signed_in.member.language, https=pages.accounts.https)
        if trading is not None:
            trading.welcome(request, response, signed_in.token)
        return response

    def sign_out(request: Request, typed: Form) -> Response:
        principal = pages.accounts.member(request)
        people.end_sessions(
            member_id=principal.member_id or "",
            session_id=principal.session_id,
            request=DeedRequest(actor=principal.actor),
        )
        response = RedirectResponse("/", status_code=303)
        pages.accounts.end(response)
        end_visit(response, https=pages.accounts.https)
        if trading is not None:
            trading.farewell(response)
        return response

    pages.get("/account/sign-in", form)
    pages.post("/account/sign-in", sign_in)
    pages.post("/account/sign-out", sign_out)


def _add_mailed(pages: AccountPages) -> None:
    people = pages.accounts.people

    def sign_up_form(request: Request, typed: Form | None = None, error: PifaError | None = None) -> Response:
        return pages.show(request, "sign_up", "注册公司", error=error, form=dict(typed or {}))

    def sign_up(request: Request, typed: Form) -> Response:
        try:
            people.sign_up(
                company_name=typed.get("company_name", ""), login=typed.get("login", ""),
                email=typed.get("email", ""), name=typed.get("name", ""), client=client_of(request),
                language=language_of(request),
            )  # fmt: skip
        except PifaError as error:
            return sign_up_form(request, typed, error)
        return RedirectResponse("/account/sent", status_code=303)

    def reset_form(request: Request, typed: Form | None = None, error: PifaError | None = None) -> Response:
        return pages.show(request, "reset", "重设密码", error=error, form=dict(typed or {}))

    def reset(request: Request, typed: Form) -> Response:
        try:
            people.request_reset(login=typed.get("login", ""), client=client_of(request), language=language_of(request))
        except PifaError as error:
            return reset_form(request, typed, error)
        return RedirectResponse("/account/sent", status_code=303)

    pages.get("/account/sign-up", sign_up_form)
    pages.post("/account/sign-up", sign_up)
    pages.get("/account/reset", reset_form)
    pages.post("/account/reset", reset)
    pages.get("/account/sent", lambda request: pages.show(request, "sent", "请查收邮件"))


def _add_links(pages: AccountPages) -> None:
    people = pages.accounts.people

    def confirm_form(request: Request, typed: Form | None = None, error: PifaError | None = None) -> Response:
        said = dict(typed or {"token": request.query_params.get("token", "")})
        try:
            people.reads.link(said.get("token", ""))
        except PifaError as gone:
            return pages.show(request, "link_gone", "链接已失效", error=gone)
        mailed_in = request.query_params.get("language", "")
        if mailed_in in LANGUAGES and chosen_of(request) is None:
            return _in_mails_language(request, mailed_in)
        return pages.show(request, "confirm", "设置密码", error=error, form=said)

    def confirm(request: Request, typed: Form) -> Response:
        try:
            people.redeem_link(
                token=typed.get("token", ""), password=typed.get("password", ""), language=language_of(request)
            )
        except PifaError as error:
            return confirm_form(request, typed, error)
        return RedirectResponse("/account/sign-in?done=password", status_code=303)

    def _in_mails_language(request: Request, language: str) -> Response:
        """The same page, in a browser that nobody chose a language in yet."""
        response = RedirectResponse(address([("token", request.query_params["token"])], request.url.path), 303)
        keep_language(response, language, https=pages.accounts.https)
        return response

    def admin_form(request: Request, typed: Form | None = None, error: PifaError | None = None) -> Response:
        said = dict(typed or {"token": request.query_params.get("token", "")})
        try:
            people.reads.link(said.get("token", ""))
        except PifaError as gone:
            return pages.show(request, "link_gone", "链接已失效", error=gone)
        return pages.show(request, "admin", "市场工作人员", error=error, form=said)

    def admin(request: Request, typed: Form) -> Response:
        try:
            people.redeem_admin_link(
                token=typed.get("token", ""), email=typed.get("email", ""), name=typed.get("name", ""),
                password=typed.get("password", ""), language=language_of(request),
            )  # fmt: skip
        except PifaError as error:
            return admin_form(request, typed, error)
        return RedirectResponse("/account/sign-in?done=password", status_code=303)

    pages.get("/account/confirm", confirm_form)
    pages.post("/account/confirm", confirm)
    pages.get("/account/admin", admin_form)
    pages.post("/account/admin", admin)
