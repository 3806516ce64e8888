"""The unified social credit code (GB 32100-2015) and the rest of what an invoice needs."""

from __future__ import annotations

import re

from catalog_service.domain.companies.company import Invoice
from catalog_service.domain.text import clean_line
from kernel.errors import Invalid

# Letters that look like digits (I, O, S, V, Z) are none of the code's.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MODULUS = 31
_SHAPE = re.compile(rf"[{_ALPHABET}]{{2}}\d{{6}}[{_ALPHABET}]{{10}}")
_ACCOUNT = re.compile(r"\d{8,30}|")  # the longest account numbers of companies have 25 digits

TITLE_CHARACTERS_MAX = 100
LINE_CHARACTERS_MAX = 120
PHONE_CHARACTERS_MAX = 30


def check_digit(first: str) -> str:
    """The 18th character for the first 17, each weighed by a power of 3 modulo 31."""
    weighed = sum(_ALPHABET.index(letter) * pow(3, place, _MODULUS) for place, letter in enumerate(first))
    return _ALPHABET[-weighed % _MODULUS]


def accept_tax_id(text: str) -> str:
    """The code in capitals, or ``Invalid``."""
    code = clean_line(text).upper()
    if not _SHAPE.fullmatch(code):
        raise Invalid("税号应为 18 位统一社会信用代码", parameter="tax_id")
    if check_digit(code[:17]) != code[17]:
        raise Invalid("税号的校验位不对，请核对每一位", parameter="tax_id")
    return code


def accept_invoice(draft: Invoice) -> Invoice:
    """The data cleaned; ``Invalid`` names the field. Bank and account belong together."""
    account = draft.bank_account.replace(" ", "")
    if not _ACCOUNT.fullmatch(account):
        raise Invalid("银行账号为 8 到 30 位数字", parameter="bank_account")
    bank = _line(draft.bank_name, "bank_name", LINE_CHARACTERS_MAX)
    if bool(bank) != bool(account):
        raise Invalid("开户行与银行账号要么都填，要么都不填", parameter="bank_account" if bank else "bank_name")
    title = _line(draft.title, "title", TITLE_CHARACTERS_MAX)
    if not title:
        raise Invalid("发票抬头不能为空", parameter="title")
    return Invoice(
        title=title,
        tax_id=accept_tax_id(draft.tax_id),
        bank_name=bank,
        bank_account=account,
        address=_line(draft.address, "address", LINE_CHARACTERS_MAX),
        phone=_line(draft.phone, "phone", PHONE_CHARACTERS_MAX),
    )


def _line(value: str, parameter: str, maximum: int) -> str:
    cleaned = clean_line(value)
    if len(cleaned) > maximum:
        raise Invalid(f"最长 {maximum} 字", parameter=parameter)
    return cleaned
