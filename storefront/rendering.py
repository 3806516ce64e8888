"""Templates to responses: one environment a language, one template for the page and for its fragment."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog_service.adapters.documents.numbers import number_html
from storefront.accounts import SESSION_COOKIE
from storefront.assets import Assets
from storefront.language import language_of
from storefront.pages.offer_pictures import small_pictures
from storefront.trading import cart_count
from storefront.wording import Wording
from web.language import LANGUAGES

_HERE = Path(__file__).resolve().parent
VARY = "HX-Request, HX-Request-Type, HX-History-Restore-Request, Cookie"
# Pages depend on the buyer's cookies; a browser may keep one for Back but must ask again before it shows it anew.
CACHE = "private, no-cache"


class Renderer:
    """Holds compiled templates and catalogues; thread-safe."""

    def __init__(self, assets: Assets, *, site_name: str) -> None:
        self._environments = {language: _environment(language, assets, site_name) for language in LANGUAGES}

    def page(
        self, request: Request, name: str, context: Mapping[str, Any], *, status: int = 200, fragment: str = ""
    ) -> HTMLResponse:
        """The page ``name``; only its part ``fragment`` when htmx asks for a part."""
        language = language_of(request)
        template = fragment if fragment and wants_fragment(request) else name
        html = (
            self._environments[language]
            .get_template(template)
            .render(
                **context,
                language=language,
                signed_in=SESSION_COOKIE in request.cookies,
                cart_count=cart_count(request),
            )
        )
        return HTMLResponse(
            html, status_code=status, headers={"Vary": VARY, "Cache-Control": CACHE, "Content-Language": language}
        )


def wants_fragment(request: Request) -> bool:
    """True when htmx will swap a part; a restored history entry and a whole-body swap need the full page."""
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-request-type") == "partial"
        and headers.get("hx-history-restore-request") != "true"
    )


def _environment(language: str, assets: Assets, site_name: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.globals.update(asset=assets.url, site_name=site_name, pictures_in=small_pictures)
    translations = _translations(language)
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    # Words that come out of view models may hold a percent sign, which the templates' own _() would read as a format.
    words = Wording(language, translations.gettext).globals()
    environment.globals.update(words)
    environment.filters.update(words, order_number=number_html)
    return environment


def _translations(language: str) -> NullTranslations:
    """The catalogue of a language; Chinese is what the templates say themselves."""
    path = _HERE / "locale" / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
