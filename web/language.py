"""Which of our languages a caller reads best."""

from __future__ import annotations

from typing import Annotated

from babel.core import negotiate_locale
from fastapi import Depends, Request

LANGUAGES = ("zh", "en")
_HEADER_CHARACTERS_MAX = 500  # browsers send under a hundred


def language_of(accept_language: str | None) -> str:
    """``zh`` or ``en`` by RFC 9110 preference; ``zh`` when nothing fits."""
    if not accept_language or len(accept_language) > _HEADER_CHARACTERS_MAX:
        return LANGUAGES[0]
    weighted = []
    for position, part in enumerate(accept_language.split(",")):
        tag, _, parameter = part.strip().partition(";")
        weight = _weight(parameter)
        if tag and weight > 0:
            weighted.append((-weight, position, tag))
    wanted = [tag for _, _, tag in sorted(weighted)]
    return negotiate_locale(wanted, LANGUAGES, sep="-") or LANGUAGES[0]


async def _said_by_request(request: Request) -> str | None:
    said = request.headers.get("accept-language")
    return language_of(said) if said else None


async def _of_request(request: Request) -> str:
    return language_of(request.headers.get("accept-language"))


ReadersLanguage = Annotated[str, Depends(_of_request)]
"""The language that the caller of an endpoint reads best."""


StatedLanguage = Annotated[str | None, Depends(_said_by_request)]
"""The same, None when the caller says nothing of languages: then nothing is concluded from it."""


def told_in(language: str) -> dict[str, str]:
    """Headers of an answer whose words follow its reader's language."""
    return {"Content-Language": language, "Vary": "Accept-Language"}


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
