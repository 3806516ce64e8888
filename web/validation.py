"""Pydantic's findings in the words of the people who read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ERRORS_SHOWN_MAX = 20  # a form's worth; the first is what the answer is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: which parameter (dotted within a body), and why."""

    parameter: str | None
    reason: str


# By pydantic's error type; braces are filled from its context.
_REASONS = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的参数或字段",
    "json_invalid": "请求体不是有效的 JSON",
    "string_type": "必须是文字",
    "string_unicode": "不是有效的 Unicode 文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最长 {max_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "int_type": "必须是整数",
    "int_parsing": "必须是整数",
    "int_parsing_size": "整数过大",
    "int_from_float": "必须是整数",
    "float_type": "必须是数字",
    "float_parsing": "必须是数字",
    "finite_number": "必须是有限的数字",
    "bool_type": "必须是 true 或 false",
    "bool_parsing": "必须是 true 或 false",
    "greater_than": "必须大于 {gt}",
    "greater_than_equal": "必须不小于 {ge}",
    "less_than": "必须小于 {lt}",
    "less_than_equal": "必须不大于 {le}",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "list_type": "必须是列表",
    "tuple_type": "必须是列表",
    "dict_type": "必须是对象",
    "model_type": "必须是对象",
    "model_attributes_type": "必须是对象",
    "enum": "只能是 {expected}",
    "literal_error": "只能是 {expected}",
}
_PLACES = ("body", "query", "path", "header", "cookie")


def explain(errors: Sequence[Mapping[str, Any]]) -> tuple[Finding, list[dict[str, str | None]]]:
    """The first finding, and all of them (at most ``ERRORS_SHOWN_MAX``) as JSON."""
    findings = [_finding(error) for error in errors[:ERRORS_SHOWN_MAX]] or [Finding(parameter=None, reason="请求有误")]
    return findings[0], [{"parameter": finding.parameter, "detail": finding.reason} for finding in findings]


def _finding(error: Mapping[str, Any]) -> Finding:
    kind = str(error.get("type", ""))
    location = [str(part) for part in error.get("loc", ())]
    if location and location[0] in _PLACES:
        location = location[1:]
    if kind == "json_invalid":
        location = []  # a byte offset, not a name
    parameter = ".".join(location)[:200] or None
    context = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    try:
        reason = _REASONS.get(kind, "取值不对").format(**context)
    except KeyError:
        reason = "取值不对"
    return Finding(parameter=parameter, reason=f"{parameter}：{reason}" if parameter else reason)
