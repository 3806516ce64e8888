"""Facet counts to facets with labels, in the order of the taxonomy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kernel.money import yuan_text
from search_api.requests import SearchRequest
from search_api.results import Facet, FacetValue
from search_api.understand.understanding import Understanding
from search_engine.port import FacetCount
from search_engine.schema import FLAGS
from taxonomy.model import Attribute, Taxonomy

FLAG_LABELS = {
    "verified": "认证供应商",
    "factory": "源头工厂",
    "dropship": "一件代发",
    "sample": "可拿样",
    "customisation": "支持定制",
    "invoice": "可开票",
    "freight_free": "包邮",
    "in_stock": "现货",
}
ATTRIBUTE_FACETS_MAX = 8  # rows of filters above the results that a buyer still reads
VALUES_SHOWN_MAX = 16
CATEGORIES_SHOWN_MAX = 40

Counts = Mapping[str, Sequence[FacetCount]]


def facet_views(
    counts: Counts, request: SearchRequest, understanding: Understanding, taxonomy: Taxonomy
) -> list[Facet]:
    """Every facet that has something to choose, a selected one always."""
    facets = [
        _category(counts.get("category", ()), request, taxonomy),
        *_attributes(counts, request, understanding, taxonomy),
        _price(counts.get("price", ()), understanding),
        _regions(counts.get("region", ()), request),
        *_flags(counts, request),
    ]
    return [facet for facet in facets if facet.values]


def _category(counts: Sequence[FacetCount], request: SearchRequest, taxonomy: Taxonomy) -> Facet:
    """Without a selection the highest level with a choice; with one, its siblings and children."""
    known = [entry for entry in counts if entry.value in taxonomy.nodes]
    selected = set(request.category)
    if selected:
        parents = {taxonomy.nodes[c].parent_id for c in selected if c in taxonomy.nodes}
        shown = [e for e in known if taxonomy.nodes[e.value].parent_id in parents | selected or e.value in selected]
    else:
        shown = []
        for level in (1, 2, 3):
            shown = [entry for entry in known if taxonomy.nodes[entry.value].level == level]
            if len(shown) > 1:
                break
    values = [
        FacetValue(
            value=entry.value,
            label=taxonomy.nodes[entry.value].name,
            count=entry.count,
            selected=entry.value in selected,
        )
        for entry in shown[:CATEGORIES_SHOWN_MAX]
    ]
    return Facet(field="category", label="类目", values=_with_selected(values, selected, taxonomy))


def _with_selected(values: list[FacetValue], selected: set[str], taxonomy: Taxonomy) -> list[FacetValue]:
    """A selected value stays visible when nothing is left in it."""
    missing = selected - {value.value for value in values}
    return values + [
        FacetValue(value=c, label=taxonomy.nodes[c].name if c in taxonomy.nodes else c, count=0, selected=True)
        for c in sorted(missing)
    ]


def _attributes(
    counts: Counts, request: SearchRequest, understanding: Understanding, taxonomy: Taxonomy
) -> Iterator[Facet]:
    by_key: dict[str, list[FacetCount]] = {}
    for entry in counts.get("attribute", ()):
        by_key.setdefault(entry.value.partition("=")[0], []).append(entry)
    for key in request.attributes:
        by_key[key] = list(counts.get(f"attr.{key}", ()))
    known = _attribute_order(counts, request, understanding, taxonomy)
    selected_first = sorted(
        by_key, key=lambda k: (k not in request.attributes, k not in known, known[k][0] if k in known else 0)
    )
    shown = 0
    for key in selected_first:
        chosen = set(request.attributes.get(key, ()))
        entries = [e for e in by_key[key] if e.count][:VALUES_SHOWN_MAX]
        if not chosen and (len(entries) < 2 or shown >= ATTRIBUTE_FACETS_MAX):
            continue
        shown += 1
        values = [_attribute_value(entry, chosen) for entry in entries]
        absent = chosen - {value.value for value in values}
        values += [FacetValue(value=value, label=value, count=0, selected=True) for value in sorted(absent)]
        label = known[key][1].name if key in known else _name_anywhere(key, taxonomy)
        yield Facet(field=f"attr.{key}", label=label, values=values)


def _attribute_value(entry: FacetCount, chosen: set[str]) -> FacetValue:
    value = entry.value.partition("=")[2]
    return FacetValue(value=value, label=value, count=entry.count, selected=value in chosen)


def _attribute_order(
    counts: Counts, request: SearchRequest, understanding: Understanding, taxonomy: Taxonomy
) -> dict[str, tuple[int, Attribute]]:
    """Facet order of the category that the page is about: the one selected, the likeliest, or the commonest leaf."""
    candidates = [
        *request.category,
        *(guess.category_id for guess in understanding.categories[:1]),
        *(e.value for e in counts.get("category", ()) if len(e.value) == 6),
    ]
    for category_id in candidates:
        if category_id in taxonomy.nodes:
            return {a.id: (i, a) for i, a in enumerate(taxonomy.attributes(category_id))}
    return {}


def _name_anywhere(key: str, taxonomy: Taxonomy) -> str:
    return taxonomy.attribute_names.get(key, key)


def _price(counts: Sequence[FacetCount], understanding: Understanding) -> Facet:
    values = []
    for entry in counts:
        if not entry.count:
            continue
        low, _, high = entry.value.partition("-")
        label = _price_label(int(low), int(high) if high else None)
        selected = understanding.price_min_fen == int(low) and (
            understanding.price_max_fen == (int(high) - 1 if high else None)
        )
        values.append(FacetValue(value=entry.value, label=label, count=entry.count, selected=selected))
    return Facet(field="price", label="价格", values=values)


def _price_label(low_fen: int, high_fen: int | None) -> str:
    if high_fen is None:
        return f"{yuan_text(low_fen)}元以上"
    return f"{yuan_text(low_fen)}-{yuan_text(high_fen)}元" if low_fen else f"{yuan_text(high_fen)}元以下"


def _regions(counts: Sequence[FacetCount], request: SearchRequest) -> Facet:
    selected = set(request.region)
    provinces = [entry for entry in counts if "/" not in entry.value]
    opened = [e for e in counts if "/" in e.value and (e.value in selected or e.value.partition("/")[0] in selected)]
    values = [
        FacetValue(
            value=e.value, label=e.value.partition("/")[2] or e.value, count=e.count, selected=e.value in selected
        )
        for e in [*provinces[:VALUES_SHOWN_MAX], *opened[:VALUES_SHOWN_MAX]]
    ]
    absent = selected - {value.value for value in values}
    values += [FacetValue(value=value, label=value, count=0, selected=True) for value in sorted(absent)]
    return Facet(field="region", label="发货地", values=values)


def _flags(counts: Counts, request: SearchRequest) -> Iterator[Facet]:
    shared = {entry.value: entry.count for entry in counts.get("flag", ())}
    for flag in FLAGS:
        wanted = request.flags.get(flag)
        own = {e.value: e.count for e in counts.get(f"flag:{flag}", ())} if wanted is not None else shared
        value = FacetValue(value="true", label=FLAG_LABELS[flag], count=own.get(flag, 0), selected=wanted is True)
        if value.count or value.selected:
            yield Facet(field=flag, label=FLAG_LABELS[flag], values=[value])
