"""Facets in place: every value a link that sets or lifts it, the yes-or-no facts in one group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kernel.money import yuan_text
from search_api.results import Facet, FacetValue, SearchResponse
from search_engine.schema import FLAGS
from storefront.pages.cards import DISPATCH_SOON_HOURS
from storefront.pages.words import grouped
from storefront.state import ResultsState

OPEN_GROUPS = 6  # as many as fit a screen of the sidebar; the rest wait folded
VALUES_BEFORE_MORE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLink:
    """``key`` is stable over requests, so that the keyboard's focus stays on it after a swap."""

    key: str
    label: str
    count: str
    href: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetGroup:
    key: str
    label: str
    values: Sequence[ValueLink]
    more: Sequence[ValueLink]
    open: bool
    chosen: int
    price_form: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetPanel:
    """``price_min`` and ``price_max`` are yuan as typed; hidden fields are what each form carries along."""

    groups: Sequence[FacetGroup]
    chosen: int
    price_min: str
    price_max: str
    price_hidden: Sequence[tuple[str, str]]
    moq: str
    moq_hidden: Sequence[tuple[str, str]]


def facet_panel(answer: SearchResponse, state: ResultsState) -> FacetPanel:
    """The panel of one answer."""
    groups = list(_groups(answer, state))
    request = state.request
    return FacetPanel(
        groups=groups,
        chosen=sum(group.chosen for group in groups) + (request.moq_max is not None),
        price_min=_yuan(request.price_min_fen),
        price_max=_yuan(request.price_max_fen),
        price_hidden=state.hidden("price_min_fen", "price_max_fen"),
        moq="" if request.moq_max is None else str(request.moq_max),
        moq_hidden=state.hidden("moq_max"),
    )


def _groups(answer: SearchResponse, state: ResultsState) -> Iterator[FacetGroup]:
    plain = [facet for facet in answer.facets if facet.field not in FLAGS]
    flags = [facet for facet in answer.facets if facet.field in FLAGS]
    shown = {
        "category": 0,
        "price": 1,
        "region": 3,
    }  # trade facts between; attributes keep the taxonomy's order after them
    ordered = sorted(plain, key=lambda facet: shown.get(facet.field, 4))
    groups = [_group(facet, state, number) for number, facet in enumerate(ordered)]
    trade = _trade(flags, state)
    at = 1 + next((n for n, group in enumerate(groups) if group.price_form), -1)
    if not any(group.price_form for group in groups):
        price = state.request.price_min_fen is not None or state.request.price_max_fen is not None
        groups.insert(
            at, FacetGroup(key="price", label="价格", values=(), more=(), open=True, chosen=int(price), price_form=True)
        )
        at += 1
    groups.insert(at, trade)
    yield from groups


def _group(facet: Facet, state: ResultsState, number: int) -> FacetGroup:
    links = [_value(facet, value, state, n) for n, value in enumerate(facet.values)]
    first = [link for n, link in enumerate(links) if n < VALUES_BEFORE_MORE or link.selected]
    price = facet.field == "price"
    named = state.request.price_min_fen is not None or state.request.price_max_fen is not None
    chosen = int(named) if price else sum(link.selected for link in links)
    return FacetGroup(
        key=facet.field.replace(".", "-"),
        label=facet.label,
        values=first,
        more=[link for link in links if link not in first],
        open=number < OPEN_GROUPS or chosen > 0,
        chosen=chosen,
        price_form=price,
    )


def _value(facet: Facet, value: FacetValue, state: ResultsState, number: int) -> ValueLink:
    if facet.field == "price":
        href = _price_href(value, state)
    elif value.selected:
        href = state.without_value(facet.field, value.value)
    else:
        href = state.with_value(facet.field, value.value)
    return ValueLink(
        key=f"f-{facet.field.replace('.', '-')}-{number}",
        label=value.label,
        count=grouped(value.count),
        href=href,
        selected=value.selected,
    )


def _price_href(value: FacetValue, state: ResultsState) -> str:
    """A step of the histogram is half open: its top is the last fen below the next step."""
    if value.selected:
        return state.replaced("price_min_fen", "price_max_fen")
    low, _, high = value.value.partition("-")
    values = {"price_min_fen": low} if int(low) else {}
    if high:
        values["price_max_fen"] = str(int(high) - 1)
    return state.replaced("price_min_fen", "price_max_fen", **values)


def _trade(flags: Sequence[Facet], state: ResultsState) -> FacetGroup:
    links = []
    for facet in flags:
        value = facet.values[0]
        href = state.replaced(facet.field) if value.selected else state.replaced(**{facet.field: "true"})
        links.append(
            ValueLink(
                key=f"f-{facet.field}",
                label=facet.label,
                count=grouped(value.count),
                href=href,
                selected=value.selected,
            )
        )
    soon = state.request.dispatch_hours_max == DISPATCH_SOON_HOURS
    href = state.replaced("dispatch_hours_max") if soon else state.replaced(dispatch_hours_max=str(DISPATCH_SOON_HOURS))
    links.append(
        ValueLink(key="f-dispatch", label=f"{DISPATCH_SOON_HOURS}小时内发货", count="", href=href, selected=soon)
    )
    chosen = sum(link.selected for link in links)
    return FacetGroup(key="trade", label="服务与资质", values=links, more=(), open=True, chosen=chosen)


def _yuan(amount_fen: int | None) -> str:
    return "" if amount_fen is None else yuan_text(amount_fen)
