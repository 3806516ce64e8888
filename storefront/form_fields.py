"""Hidden fields of a form: what a page put there and nobody typed."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.errors import Invalid

DIGITS_MAX = 18  # all that many digits can say is below the record's 2**63


def whole(text: str) -> int | None:
    """The number that these digits say; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX else None


def hidden_number(form: Mapping[str, str], name: str) -> int:
    """Raises ``Invalid`` where the field is not there or is no number: no page that we showed lately sends that."""
    number = whole(form.get(name, ""))
    if number is None:
        raise Invalid("页面已过期，请刷新后重试", parameter=name)
    return number


def version_seen(form: Mapping[str, str]) -> int | None:
    """The version that the form was made for; None of a form that names none."""
    return hidden_number(form, "version") if form.get("version") else None


def version_of(form: Mapping[str, str]) -> int:
    """The same, of a form that is shown again whatever it says: 0, which is older than any, where it names none."""
    return whole(form.get("version", "")) or 0
