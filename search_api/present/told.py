"""Answers in the reader's language: labels, reasons and explanations; values, titles and names stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from search_api.results import CategoryView, ContributionView, ExplanationView, Facet, FilterAdvice, Hit, SearchResponse
from taxonomy.model import Taxonomy
from web.places import told_city, told_place
from web.translation import told

ATTRIBUTE = "attr."


def told_search(answer: SearchResponse, language: str, *, taxonomy: Taxonomy) -> SearchResponse:
    """The answer for a reader; as it is, at no cost, for Chinese ones."""
    if language == "zh":
        return answer
    names = taxonomy.told(language)
    read = answer.understood
    guesses = [
        replace(guess, name=names.get(guess.id).name, path=[node.name for node in names.path(guess.id)])
        for guess in read.categories
    ]
    return replace(
        answer,
        understood=replace(read, categories=guesses),
        hits=told_hits(answer.hits, language, names),
        related=told_hits(answer.related, language, names),
        facets=[_facet(facet, language, names) for facet in answer.facets],
        advice=[_advice(each, language, names) for each in answer.advice],
        degraded=told_all(answer.degraded, language),
    )


def told_all(texts: Iterable[str], language: str) -> list[str]:
    """Sentences, each told."""
    return [told(text, language) for text in texts]


def told_hits(hits: Iterable[Hit], language: str, names: Taxonomy) -> list[Hit]:
    """Hits with the names of their categories and the words of their explanations; titles stay as suppliers wrote."""
    return [
        replace(
            hit,
            category=[CategoryView(id=each.id, name=names.get(each.id).name) for each in hit.category],
            explanation=_explanation(hit.explanation, language) if hit.explanation else None,
            own=replace(hit.own, because=told(hit.own.because, language)) if hit.own else None,
        )
        for hit in hits
    ]


def _explanation(explanation: ExplanationView, language: str) -> ExplanationView:
    tell = partial(told, language=language)
    parts: Sequence[ContributionView] = [replace(part, label=tell(part.label)) for part in explanation.contributions]
    return replace(explanation, contributions=parts, summary=tell(explanation.summary))


def _facet(facet: Facet, language: str, names: Taxonomy) -> Facet:
    """Of an attribute the name is told; its values are the suppliers' own."""
    tell = partial(told, language=language)
    if facet.field.startswith(ATTRIBUTE):
        return replace(facet, label=_attribute(facet.field, facet.label, names))
    if facet.field == "category":
        values = [
            replace(each, label=names.nodes[each.value].name if each.value in names.nodes else each.label)
            for each in facet.values
        ]
    elif facet.field == "region":  # a city stands under its province, by its own name
        values = [replace(each, label=_region(each.label, language)) for each in facet.values]
    else:
        values = [replace(each, label=tell(each.label)) for each in facet.values]
    return replace(facet, label=tell(facet.label), values=values)


def _region(label: str, language: str) -> str:
    told_as = told_place(label, language)
    return told_city(label, language) if told_as == label else told_as


def _attribute(field: str, label: str, names: Taxonomy) -> str:
    return names.attribute_names.get(field.removeprefix(ATTRIBUTE), label)


def _advice(advice: FilterAdvice, language: str, names: Taxonomy) -> FilterAdvice:
    """A value stands for itself unless it is one of ours: a category, a province, a yes-or-no fact."""
    if advice.field.startswith(ATTRIBUTE) or advice.field == "supplier":
        return advice
    if advice.field == "category" and advice.value in names.nodes:
        return replace(advice, label=names.nodes[advice.value].name)
    return replace(advice, label=told(advice.label, language))
