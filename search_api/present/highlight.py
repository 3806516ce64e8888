"""Titles with what matched in ``<em>``: taking the tags out gives the escaped original."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from text_analysis.values import Span


def marked(title: str, spans: Sequence[Span]) -> str:
    """Escaped HTML of the title; spans are sorted, do not overlap, and are offsets in the title."""
    parts: list[str] = []
    position = 0
    for span in spans:
        parts += [escape(title[position : span.start]), "<em>", escape(title[span.start : span.end]), "</em>"]
        position = span.end
    parts.append(escape(title[position:]))
    return "".join(parts)
