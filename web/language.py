"""Which of our languages a caller reads best, and the fixed words of errors in both."""

from __future__ import annotations

from babel.core import negotiate_locale

LANGUAGES = ("zh", "en")
_HEADER_CHARACTERS_MAX = 500  # browsers send under a hundred


def language_of(accept_language: str | None) -> str:
    """``zh`` or ``en`` by RFC 9110 preference; ``zh`` when nothing fits."""
    if not accept_language or len(accept_language) > _HEADER_CHARACTERS_MAX:
        return LANGUAGES[0]
    weighted = []
    for position, part in enumerate(accept_language.split(",")):
        tag, _, parameter = part.strip().partition(";")
        weight = _weight(parameter)
        if tag and weight > 0:
            weighted.append((-weight, position, tag))
    wanted = [tag for _, _, tag in sorted(weighted)]
    return negotiate_locale(wanted, LANGUAGES, sep="-") or LANGUAGES[0]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


TITLES: dict[int, tuple[str, str]] = {
    400: ("请求有误", "Bad request"),
    401: ("需要身份凭证", "Credential required"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不支持这个方法", "Method not allowed"),
    406: ("没有可接受的格式", "Not acceptable"),
    409: ("与现状冲突", "Conflict"),
    412: ("版本已变化", "Version has moved on"),
    413: ("请求体过大", "Body too large"),
    414: ("网址过长", "Address too long"),
    415: ("不支持的内容类型", "Unsupported content type"),
    422: ("请求无法处理", "Request cannot be processed"),
    428: ("缺少版本条件", "Version condition required"),
    429: ("请求过于频繁", "Too many requests"),
    500: ("服务器出错", "Server error"),
    503: ("暂时不可用", "Unavailable for now"),
}


def title_of(status: int, language: str) -> str:
    """The fixed title of a status."""
    chinese, english = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    return english if language == "en" else chinese
