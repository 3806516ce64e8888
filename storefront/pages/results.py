"""The results page: cards, facets, chips, sorts, paging, and what to do when little or nothing was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from search_api.present.facets import FLAG_LABELS
from search_api.requests import SearchRequest
from search_api.results import FilterAdvice, SearchResponse
from storefront.pages.cards import Card, CardMaker
from storefront.pages.chips import Chip, chips
from storefront.pages.facets import FacetPanel, facet_panel
from storefront.pages.words import grouped
from storefront.state import ResultsState, address
from taxonomy.model import Taxonomy

SORTS = (("relevance", "综合"), ("sales", "销量"), ("price", "价格"), ("newest", "最新"))
KEPT_WHEN_CLEARED = ("q", "quantity", "city", "sort")
RULES = {
    "all_words": "每个词都要出现在标题或参数里",
    "most_words": "至少含有三分之二的词",
    "half_words": "至少含有一半的词",
    "half_characters": "至少含有一半的字",
    "third_of_characters": "至少含有三分之一的字",
    "any_character": "含有任何一个字（没有更接近的货源）",
}
FIELD_LABELS = {
    "category": "类目",
    "region": "发货地",
    "supplier": "供应商",
    "price": "价格",
    "moq_max": "起订量",
    "dispatch_hours_max": "发货时间",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SortTab:
    key: str
    label: str
    href: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The query was read as ``repaired``; ``original_href`` searches it as typed."""

    original: str
    repaired: str
    original_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Lifting this one filter gives ``total``."""

    label: str
    total: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryHint:
    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What this answer did without; ``cause`` as the engine says it."""

    text: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """``clear_href`` empty: nothing is chosen that could be lifted."""

    query: str
    heading: str
    total: str
    found: bool
    later_page: bool
    as_of_first_page: bool
    rule: str
    by_meaning: str
    cards: Sequence[Card]
    related: Sequence[Card]
    panel: FacetPanel
    chips: Sequence[Chip]
    clear_href: str
    sorts: Sequence[SortTab]
    sort_label: str
    repair: Repair | None
    unread: bool
    categories: Sequence[CategoryHint]
    degraded: Sequence[Shortfall]
    pending: str
    next_href: str
    first_href: str
    advice: Sequence[Advice]
    enquiry_href: str
    quantity: int | None
    took_ms: str
    announce: str


def results_page(
    answer: SearchResponse, state: ResultsState, *, counted: SearchResponse, maker: CardMaker, taxonomy: Taxonomy
) -> ResultsPage:
    """``counted`` is the answer that carries the facets: the first page's."""
    read = answer.understood
    request = state.request
    shown = chips(state, answer, taxonomy=taxonomy)
    heading = _heading(state, taxonomy, supplier="、".join(chip.label for chip in shown if chip.kind == "供应商"))
    total = grouped(answer.total)
    return ResultsPage(
        query=request.q,
        heading=heading,
        total=total,
        found=bool(answer.hits),
        later_page=request.cursor is not None,
        as_of_first_page=answer.total_is != "exact",
        rule=RULES.get(answer.rule, answer.rule) if request.q else "",
        by_meaning=grouped(max(0, answer.legs.get("vector", 0) - answer.legs.get("both", 0))) if request.q else "",
        cards=[maker.card(hit, why_href=_why(hit.offer_id, state)) for hit in answer.hits],
        related=[maker.card(hit) for hit in answer.related],
        panel=facet_panel(counted, state),
        chips=shown,
        clear_href=address([(n, v) for n, v in state.items if n in KEPT_WHEN_CLEARED])
        if any(chip.href for chip in shown)
        else "",
        sorts=_sorts(state),
        sort_label=next(label for key, label in SORTS if key == request.sort),
        repair=Repair(
            original=read.repair.original,
            repaired=read.repair.repaired,
            original_href=state.replaced(repair="false"),
        )
        if read.repair
        else None,
        unread=_is_unread(answer, request),
        categories=[
            CategoryHint(label=" › ".join(guess.path[-2:]), href=state.replaced(category=guess.id))
            for guess in read.categories[:4]
            if guess.id not in request.category
        ],
        degraded=_shortfalls(answer),
        pending=grouped(answer.vectors_pending) if answer.vectors_pending else "",
        next_href=address([*state.hidden(), ("cursor", answer.next_cursor)]) if answer.next_cursor else "",
        first_href=state.replaced(),
        advice=[_advice(item, state, taxonomy) for item in answer.advice],
        enquiry_href=address([(n, v) for n, v in state.items if n in ("q", "quantity", "city")], "/enquiry"),
        quantity=read.quantity,
        took_ms=f"{answer.took_ms:.0f}" if answer.took_ms >= 1 else "<1",
        announce=f"{heading}：共 {total} 件货源" if answer.total else f"{heading}：没有找到货源",
    )


def _is_unread(answer: SearchResponse, request: SearchRequest) -> bool:
    """Whether something was typed that holds no word, price or quantity to search by: emoji, punctuation."""
    read = answer.understood
    figures = (read.quantity, read.price_min_fen, read.price_max_fen)
    chosen = (request.quantity, request.price_min_fen, request.price_max_fen)
    return bool(request.q.strip()) and not read.words and not read.excluded and figures == chosen


def _shortfalls(answer: SearchResponse) -> list[Shortfall]:
    """One line a part. While vectors are being made, the notice about those says it already."""
    vector = [reason for reason in answer.degraded if reason.startswith("vector")]
    others = [reason for reason in answer.degraded if not reason.startswith("vector")]
    found = [Shortfall(text="部分检索能力这次没有及时返回，结果可能不全", cause=reason) for reason in others]
    if vector and not answer.vectors_pending:
        found.append(Shortfall(text="语义检索暂不可用，结果只按文字匹配", cause="；".join(vector)))
    return found


def _heading(state: ResultsState, taxonomy: Taxonomy, *, supplier: str) -> str:
    if state.request.q:
        return state.request.q
    names = [taxonomy.nodes[c].name for c in state.request.category if c in taxonomy.nodes]
    return "、".join(names) or supplier or "全部货源"


def _sorts(state: ResultsState) -> list[SortTab]:
    return [
        SortTab(
            key=key,
            label=label,
            href=state.replaced("sort") if key == "relevance" else state.replaced(sort=key),
            selected=state.request.sort == key,
        )
        for key, label in SORTS
    ]


def _why(offer_id: str, state: ResultsState) -> str:
    """The explanation belongs to this page of this search, so the cursor goes along."""
    return address(state.items, f"/search/why/{quote(offer_id, safe=':')}") if state.request.sort == "relevance" else ""


def _advice(item: FilterAdvice, state: ResultsState, taxonomy: Taxonomy) -> Advice:
    names = ("price_min_fen", "price_max_fen") if item.field == "price" else (item.field,)
    said = {name for name, _ in state.items}
    # A price that only the query's words named is lifted by naming the widest one.
    implied = item.field == "price" and not said & set(names)
    href = state.replaced(price_min_fen="0") if implied else state.replaced(*names)
    return Advice(label=_advice_label(item, state, taxonomy), total=grouped(item.total_without), href=href)


def _advice_label(item: FilterAdvice, state: ResultsState, taxonomy: Taxonomy) -> str:
    if item.field in FLAG_LABELS:
        return FLAG_LABELS[item.field]
    if item.field.startswith("attr."):
        key = item.field.removeprefix("attr.")
        return f"{taxonomy.attribute_names.get(key, key)}：{'、'.join(state.request.attributes.get(key, ()))}"
    said = {"region": state.request.region, "supplier": (), "category": state.request.category}.get(item.field, ())
    names = [taxonomy.nodes[value].name if value in taxonomy.nodes else value for value in said]
    return "：".join([FIELD_LABELS.get(item.field, item.label), *(["、".join(names)] if names else [])])
