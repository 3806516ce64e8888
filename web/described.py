"""The API's description in a reader's language. It is written in Chinese where a route, a field or a group stands; its
English is a catalogue (``locale/api.en.po``, kept by ``python -m ops.messages``) of whole texts. Names of groups are
told as well: code generators name classes after them. What programs read is the same in both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from web.translation import HAN, read_catalogue, told

CATALOGUE = Path(__file__).resolve().parent / "locale" / "api.en.po"
Tell = Callable[[str], str]

_TEXTS = frozenset({"title", "summary", "description"})
_DATA = frozenset({"example", "examples", "default", "enum", "const"})
_NAMED = frozenset({"properties", "schemas", "paths", "responses", "content", "headers", "securitySchemes", "$defs"})
# Members of examples that say something, instead of naming somebody's goods, company or street.
_SAID = frozenset({"message", "detail", "because", "reason", "reasons", "note", "label", "password", "current", "new"})
_QUOTED = re.compile("“[^”]*”")  # somebody's own word
_OF_PROBLEMS = "detail"  # where it stands, ``title`` is ours, and no listing's


def told_document(document: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The description for readers of ``language`` (``zh`` or ``en``); what has no English stays Chinese. Parts that are
    equal in both are the same objects: a second description takes little memory, and neither may be changed."""
    if language == "zh":
        return dict(document)
    english = _english()
    told_texts = _Rewriting(text=lambda text: english.get(text) or text, example=_told_example)
    return dict(told_texts.node(document))


def texts(document: Mapping[str, Any]) -> Iterable[str]:
    """Every Chinese text of the description that its catalogue has to know, in the order of the document."""
    found = dict[str, None]()

    def note(text: str) -> str:
        found.update({text: None} if HAN.search(text) else {})
        return text

    def note_example(text: str) -> str:
        return note(text) if HAN.search(_QUOTED.sub("", told(text, "en"))) else text

    _Rewriting(text=note, example=note_example).node(document)
    return found


def without_texts(document: Mapping[str, Any]) -> Any:
    """What programs read of the description: every text for people is empty."""
    return _Rewriting(text=lambda _: "", example=lambda _: "").node(document)


@lru_cache(1)
def _english() -> Mapping[str, str]:
    return read_catalogue(CATALOGUE)


def _told_example(text: str) -> str:
    """As an answer would say it, where it would; else as the catalogue has it."""
    return _english().get(text) or told(text, "en")


@dataclass(frozen=True, slots=True)
class _Rewriting:
    """A description with each text as ``text`` has it, and what examples say as ``example`` has it."""

    text: Tell
    example: Tell

    def node(self, node: Any, *, named: bool = False, said: bool = False) -> Any:
        """``named``: members are called after fields, types or addresses and not after what OpenAPI means by them.
        ``said``: of a field that says something."""
        if isinstance(node, list):
            return _same(node, [self.node(each, said=said) for each in node])
        if not isinstance(node, Mapping):
            return node
        if named:
            return _same(node, {name: self.node(value, said=name in _SAID) for name, value in node.items()})
        return _same(node, {name: self._member(name, value, said=said) for name, value in node.items()})

    def _member(self, name: str, value: Any, *, said: bool) -> Any:
        if name in _TEXTS and isinstance(value, str):
            return self.text(value)
        if name == "tags":
            return _same(value, [self._group(each) for each in value])
        if name in _DATA:
            return self._data(value, said=said)
        return self.node(value, named=name in _NAMED, said=said)

    def _group(self, tag: Any) -> Any:
        """The group of an operation, or its line in the list of groups."""
        return self.text(tag) if isinstance(tag, str) else {name: self.text(value) for name, value in tag.items()}

    def _data(self, value: Any, *, said: bool) -> Any:
        if isinstance(value, str):
            return self.example(value) if said else value
        if isinstance(value, list):
            return _same(value, [self._data(each, said=said) for each in value])
        if not isinstance(value, Mapping):
            return value
        ours = _SAID | ({"title"} if _OF_PROBLEMS in value else frozenset())
        return _same(value, {name: self._data(each, said=name in ours) for name, each in value.items()})


def _same(before: Any, after: Any) -> Any:
    """``before`` itself when nothing in it was told."""
    old, new = (part.values() if isinstance(part, Mapping) else part for part in (before, after))
    return before if all(one is other for one, other in zip(old, new, strict=True)) else after
