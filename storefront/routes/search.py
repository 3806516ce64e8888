"""Results, the explanation of one of them, suggestions, and the enquiry that follows from an empty page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kernel.errors import NotFound
from kernel.ids import validate_id
from search_api.suggest.suggester import INPUT_CHARACTERS_MAX, Suggestion
from storefront.pages.enquiry import enquiry_page
from storefront.pages.frame import frame_of
from storefront.pages.results import results_page
from storefront.pages.why import why_page
from storefront.rendering import VARY
from storefront.shop import Shop, here
from storefront.state import ResultsState, address, read_state
from storefront.visit import Visit, province_after, remember, remembered, visit_of

SEQUENCE_DIGITS_MAX = 9  # a billion keystrokes


class NoExplanation(NotFound):
    """The listing is not on that page of that search (any more)."""

    code = "no_explanation"


def add_search_routes(router: APIRouter, shop: Shop) -> None:
    @router.get("/search", include_in_schema=False)
    def search(request: Request) -> Response:
        state, visit = _state(request)
        if not state.canonical:
            response = RedirectResponse(state.url, status_code=303, headers={"Vary": VARY})
            remember(response, visit, request=request, https=shop.options.https)
            return response
        language = shop.language(request)
        answer = shop.search.search(state.request, language=language)
        # A later page carries no counts of its own: they are those of the first.
        counted = (
            answer
            if state.request.cursor is None
            else shop.search.search(replace(state.request, cursor=None, size=1), language=language)
        )
        kept = shop.kept(request)
        hits = [hit.offer_id for hit in (*answer.hits, *answer.related)]
        maker = shop.maker(visit, kept, state=state).knowing(shop.own(request)(hits, answer.understood.quantity))
        page = results_page(answer, state, counted=counted, maker=maker, taxonomy=shop.names(request))
        frame = frame_of(
            title=page.heading,
            description=page.announce,
            query=state.request.q,
            visit=visit,
            kept=kept,
            here=state.url,
            hidden=state.hidden("quantity", "city"),
            index=False,
        )
        return shop.show(request, "results.html", frame=frame, page=page, fragment="parts/results.html")

    @router.get("/search/why/{offer_id}", include_in_schema=False)
    def why(offer_id: str, request: Request) -> Response:
        validate_id(offer_id, parameter="offer_id")
        state, visit = _state(request)
        explained = replace(state.request, explain=True)
        answer = shop.search.search(explained, facets=False, language=shop.language(request))
        hit = next((hit for hit in answer.hits if hit.offer_id == offer_id), None)
        if hit is None or hit.explanation is None:
            raise NoExplanation("这个货品已不在这一页结果中，请刷新结果", parameter="offer_id")
        kept = shop.kept(request)
        page = why_page(hit, hit.explanation, back_href=state.url)
        frame = frame_of(
            title="为什么在这里",
            query=state.request.q,
            visit=visit,
            kept=kept,
            here=here(request),
            hidden=state.hidden("quantity", "city"),
            index=False,
        )
        return shop.show(request, "why.html", frame=frame, page=page, fragment="parts/why.html")

    @router.get("/suggest", include_in_schema=False)
    def suggest(q: str = "", sequence: str = "0") -> Response:
        number = (
            int(sequence) if sequence.isascii() and sequence.isdecimal() and len(sequence) <= SEQUENCE_DIGITS_MAX else 0
        )
        found = shop.suggester.suggest(q[:INPUT_CHARACTERS_MAX])
        body = {"sequence": number, "suggestions": [_suggestion(entry, shop) for entry in found]}
        return Response(orjson.dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"})

    @router.get("/enquiry", include_in_schema=False)
    def enquiry(request: Request) -> Response:
        visit = visit_of(request)
        query = request.query_params.get("q", "").strip()[:200]
        frame = frame_of(
            title="询价单",
            query=query,
            visit=visit,
            kept=shop.kept(request),
            here=here(request),
            hidden=[("q", query)] if query else [],
            index=False,
        )
        return shop.show(request, "enquiry.html", frame=frame, page=enquiry_page(query, visit))


def _state(request: Request) -> tuple[ResultsState, Visit]:
    """The state of the address; the visit is what it says, so that what is shown and what is remembered agree.

    Back goes to the address as it was: stepping back over a change of my quantity takes the change back.
    """
    restored = request.headers.get("hx-history-restore-request") == "true"
    kept = remembered(request)
    state = read_state(request.query_params.multi_items(), Visit() if restored else kept)
    later = state.request.cursor is not None
    visit = Visit(quantity=state.request.quantity, city=state.city, province=province_after(kept, state.city))
    return state, kept if later and visit.quantity is None else visit


def _suggestion(entry: Suggestion, shop: Shop) -> dict[str, Any]:
    node = shop.taxonomy.nodes.get(entry.category_id)
    above = shop.taxonomy.nodes.get(node.parent_id) if node is not None and node.parent_id else None
    return {
        "text": entry.text,
        "matched": entry.matched,
        "by": entry.by,
        "category": above.name if above else "",
        "href": address([("q", entry.text)]),
    }
