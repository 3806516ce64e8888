"""Who reads an answer: the sentences within it are told in the caller's language as it is written out.

Errors are told by ``web.problem``; this is for what is no error and yet explains: problems of a preview, refused rows,
the steps of a price.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from web.asgi import on_start
from web.language import language_of
from web.translation import told


@dataclass(slots=True)
class Reader:
    """Whom the answer is for; ``stated``: whether the call named a language; ``asked``: whether the answer holds a
    sentence, and so depends on the language."""

    language: str
    stated: bool
    asked: bool = False


_reader: ContextVar[Reader | None] = ContextVar("reader", default=None)


def language_is_open() -> bool:
    """Whether the call that is answered names no language."""
    reader = _reader.get()
    return reader is not None and not reader.stated


def answer_in(language: str) -> None:
    """The language of this answer's sentences, where the call names none."""
    reader = _reader.get()
    if reader is not None and not reader.stated:
        reader.language = language


def _told(text: str) -> str:
    reader = _reader.get()
    if reader is None:
        return text
    reader.asked = True
    return told(text, reader.language)


Words = Annotated[str, PlainSerializer(_told, return_type=str, when_used="json")]
"""A field of an answer that people read: a sentence of the catalogue of ``web.translation``."""


class Readers:
    """Middleware. An answer with ``Words`` says its language, and to caches that another caller may get another."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("accept-language")
        reader = Reader(language=language_of(said), stated=bool(said))

        def add(headers: MutableHeaders, _status: int) -> None:
            if reader.asked:
                headers["Content-Language"] = reader.language
                headers.add_vary_header("Accept-Language")

        token = _reader.set(reader)
        try:
            await self._app(scope, receive, on_start(send, add))
        finally:
            _reader.reset(token)
