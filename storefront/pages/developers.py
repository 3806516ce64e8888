"""The API as people read it: its groups, and of one group every call with an example to paste into a shell."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from web.openapi import example_of, operations, sample

Document = Mapping[str, Any]
Spans = Sequence[tuple[str, bool]]  # texts, and whether each is code

_CODE = re.compile(r"`([^`]+)`")
_LOCATIONS = {"path": "地址", "query": "查询", "header": "请求头", "cookie": "Cookie"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    where: str
    required: bool
    text: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``token``: whether one has to be sent. ``body`` and ``answer``: JSON, empty where there is none."""

    anchor: str
    method: str
    path: str
    summary: str
    text: Spans
    token: bool
    parameters: Sequence[Parameter]
    curl: str
    body: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    name: str
    text: str
    href: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopersPage:
    """``chosen``: the group whose calls are shown; None on the page of all."""

    lead: Spans
    rules: Sequence[Spans]
    groups: Sequence[Group]
    chosen: Group | None
    calls: Sequence[Call]


def developers_page(document: Document, *, group: str | None, base_url: str) -> DevelopersPage | None:
    """None when there is no group of that name."""
    of_group: dict[str, list[tuple[str, str, Document]]] = {tag["name"]: [] for tag in document.get("tags", ())}
    for found in operations(document):
        for tag in found[2].get("tags", ()):
            of_group[tag].append(found)
    groups = [
        Group(name=tag["name"], text=tag["description"], href=f"/developers/{quote(tag['name'])}",
              calls=len(of_group[tag["name"]]))
        for tag in document.get("tags", ())
    ]  # fmt: skip
    chosen = next((each for each in groups if each.name == group), None)
    if group is not None and chosen is None:
        return None
    lead, *rules = document["info"].get("description", "").split("\n* ")
    return DevelopersPage(
        lead=_spans(lead.replace("\n", "")),
        rules=[_spans(rule) for rule in rules],
        groups=groups,
        chosen=chosen,
        calls=[_call(*found, base_url) for found in of_group[chosen.name]] if chosen else [],
    )


def _call(method: str, path: str, operation: Document, base_url: str) -> Call:
    parameters = operation.get("parameters", ())
    body = _json(operation.get("requestBody", {}).get("content", {}))
    answers = [answer for status, answer in operation["responses"].items() if status[0] == "2"]
    return Call(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        text=_spans(operation.get("description", "").replace("\n", " ")),
        token=bool(operation.get("security")),
        parameters=[_parameter(each) for each in parameters],
        curl=_curl(method, path, operation, body, base_url),
        body=body,
        answer=_json(answers[0].get("content", {})) if answers else "",
    )


def _parameter(said: Document) -> Parameter:
    text = said.get("description") or said.get("schema", {}).get("description", "")
    return Parameter(
        name=said["name"],
        where=_LOCATIONS[said["in"]],
        required=bool(said.get("required")),
        text=_spans(text.replace("\n", " ")),
    )


def _curl(method: str, path: str, operation: Document, body: str, base_url: str) -> str:
    """A command that can be pasted: with the token in a variable, and the parameters that give an example."""
    parameters = operation.get("parameters", ())
    for each in parameters:
        if each["in"] == "path":
            value = _example(each) or sample(each["schema"], {}, each["name"])
            path = path.replace(f"{{{each['name']}}}", quote(str(value)))
    asked = [(each["name"], _example(each)) for each in parameters if each["in"] == "query" and each.get("required")]
    query = f"?{urlencode(asked, doseq=True)}" if asked else ""
    words = [f"curl {'-X ' + method.upper() + ' ' if method != 'get' else ''}{shlex.quote(base_url + path + query)}"]
    if operation.get("security"):
        words.append('-H "Authorization: Bearer $PIFA_TOKEN"')
    if any(each["name"].lower() == "idempotency-key" for each in parameters):
        words.append('-H "Idempotency-Key: $(uuidgen)"')
    if body:
        words += [
            "-H 'Content-Type: application/json'",
            f"-d {shlex.quote(json.dumps(json.loads(body), ensure_ascii=False))}",
        ]
    return " \\\n  ".join(words)


def _example(parameter: Document) -> Any:
    given = parameter.get("examples") or parameter.get("schema", {}).get("examples")
    if isinstance(given, Mapping):
        return next(iter(given.values())).get("value")
    return given[0] if given else parameter.get("example")


def _json(content: Document) -> str:
    example = example_of(content.get("application/json", {}))
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)


def _spans(text: str) -> Spans:
    return [(part, place % 2 == 1) for place, part in enumerate(_CODE.split(text)) if part]
