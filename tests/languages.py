"""What an answer over HTTP says to people, and whether it says it in their language."""

from __future__ import annotations

import re
from typing import Any

HAN = re.compile("[\u4e00-\u9fff]")
_OWN = re.compile("“[^”]*”")  # between quotation marks stands what the caller wrote
_READ = ("title", "detail", "message", "reason", "because")


def said(body: Any, *, own: str = "") -> list[str]:
    """The sentences of an answer, without the caller's own words."""
    if isinstance(body, list):
        return [text for each in body for text in said(each, own=own)]
    if not isinstance(body, dict):
        return []
    here = [_OWN.sub("", body[name]).replace(own, "") for name in _READ if isinstance(body.get(name), str)]
    return here + [text for value in body.values() for text in said(value, own=own)]


def assert_told(answer: Any, language: str) -> None:
    """Every sentence of the answer is in the language, and its headers say so."""
    body = answer.json()
    sentences = [text for text in said(body, own=str(body.get("parameter") or "")) if text]
    assert sentences
    for text in sentences:
        assert bool(HAN.search(text)) is (language == "zh"), text
    assert answer.headers["Content-Language"] == language
    assert "accept-language" in answer.headers["Vary"].lower()
