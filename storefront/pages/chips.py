"""Everything that narrows a search, each as a chip that lifts exactly itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kernel.money import yuan_text
from search_api.present.facets import FLAG_LABELS
from search_api.requests import SearchRequest
from search_api.results import SearchResponse
from storefront.state import ResultsState
from taxonomy.model import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """``href`` empty: it follows from the words of the query and is changed there. ``worded``: its label is of ours,
    not a name or a value."""

    kind: str
    label: str
    href: str
    worded: bool = False


def chips(state: ResultsState, answer: SearchResponse, *, taxonomy: Taxonomy) -> list[Chip]:
    """In the order of the table of parameters; what the query's own words imply stands last."""
    suppliers = {hit.supplier.id: hit.supplier.name for hit in answer.hits if hit.supplier}
    return [*_said(state, taxonomy, suppliers), *_understood(state, answer)]


def _said(state: ResultsState, taxonomy: Taxonomy, suppliers: Mapping[str, str]) -> Iterator[Chip]:
    request = state.request
    for category in request.category:
        name = taxonomy.nodes[category].name if category in taxonomy.nodes else category
        yield Chip(kind="类目", label=name, href=state.without_value("category", category))
    if request.price_min_fen is not None or request.price_max_fen is not None:
        href = state.replaced("price_min_fen", "price_max_fen")
        yield Chip(kind="价格", label=price_range(request.price_min_fen, request.price_max_fen), href=href, worded=True)
    if request.moq_max is not None:
        yield Chip(kind="起订量", label=f"不超过 {request.moq_max}", href=state.replaced("moq_max"), worded=True)
    for region in request.region:
        yield Chip(
            kind="发货地", label=region.replace("/", " "), href=state.without_value("region", region), worded=True
        )
    for supplier in request.supplier:
        label = suppliers.get(supplier, supplier)
        yield Chip(kind="供应商", label=label, href=state.without_value("supplier", supplier))
    yield from _flags(request, state)
    if request.dispatch_hours_max is not None:
        label = f"{request.dispatch_hours_max}小时内"
        yield Chip(kind="发货", label=label, href=state.replaced("dispatch_hours_max"), worded=True)
    for key, values in request.attributes.items():
        for value in values:
            href = state.without_value(f"attr.{key}", value)
            yield Chip(kind=taxonomy.attribute_names.get(key, key), label=value, href=href)


def _flags(request: SearchRequest, state: ResultsState) -> Iterator[Chip]:
    for flag, wanted in request.flags.items():
        label = FLAG_LABELS[flag] if wanted else f"{FLAG_LABELS[flag]}：否"
        yield Chip(kind="", label=label, href=state.replaced(flag), worded=True)


def _understood(state: ResultsState, answer: SearchResponse) -> Iterator[Chip]:
    """What was read out of the words. What is said outright takes its place, so lifting sets the widest."""
    request, read = state.request, answer.understood
    said = request.price_min_fen is not None or request.price_max_fen is not None
    if not said and (read.price_min_fen is not None or read.price_max_fen is not None):
        label = price_range(read.price_min_fen, read.price_max_fen)
        yield Chip(kind="识别价格", label=label, href=state.replaced(price_min_fen="0"), worded=True)
    if request.quantity is None and read.quantity is not None:
        yield Chip(kind="识别数量", label=f"{read.quantity}", href=state.replaced(quantity="1"))
    for word in read.excluded:
        yield Chip(kind="排除", label=word, href="")


def price_range(low_fen: int | None, high_fen: int | None) -> str:
    """A range as people say it."""
    if high_fen is None:
        return f"{yuan_text(low_fen)}元以上" if low_fen else "不限"
    if not low_fen:
        return f"{yuan_text(high_fen)}元以下"
    return f"{yuan_text(low_fen)}-{yuan_text(high_fen)}元"
