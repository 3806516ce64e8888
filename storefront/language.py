"""In which language a browser reads. The first that there is of: what a visitor chose in this visit, what this browser
read last, Chinese.

A member's language lies in the record. It comes to a browser when somebody signs in there, and goes from it to the
record whenever somebody who is signed in chooses; so no page has to ask for it. Decision 0028."""

from __future__ import annotations

from fastapi import Request, Response

from web.language import LANGUAGES

VISIT_COOKIE = "pifa_language_visit"  # a choice before signing in: until the browser is closed or one signs out
LAST_COOKIE = "pifa_language"
LAST_SECONDS = 365 * 24 * 3600


def language_of(request: Request) -> str:
    """What pages speak. The goods are Chinese, so nothing is guessed from the browser."""
    return chosen_of(request) or LANGUAGES[0]


def chosen_of(request: Request) -> str | None:
    """The same, None when nobody chose in this browser."""
    said = (request.cookies.get(name) for name in (VISIT_COOKIE, LAST_COOKIE))
    return next((each for each in said if each in LANGUAGES), None)


def keep_language(response: Response, language: str, *, https: bool) -> None:
    """What this browser read last, for the next visit too."""
    response.set_cookie(LAST_COOKIE, language, max_age=LAST_SECONDS, httponly=True, samesite="lax", secure=https)


def keep_choice(response: Response, language: str, *, signed_in: bool, https: bool) -> None:
    """Somebody chose. Of a member it is on record, so nothing has to stand before it; of a visitor it holds for this
    visit, whoever signs in."""
    keep_language(response, language, https=https)
    if signed_in:
        end_visit(response, https=https)
    else:
        response.set_cookie(VISIT_COOKIE, language, httponly=True, samesite="lax", secure=https)


def end_visit(response: Response, *, https: bool) -> None:
    response.delete_cookie(VISIT_COOKIE, httponly=True, samesite="lax", secure=https)
