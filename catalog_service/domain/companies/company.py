"""A company: it buys, and it sells once it has a ``supplier_id`` of the catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog_service.domain.text import clean_line
from kernel.errors import Invalid

NAME_CHARACTERS_MAX = 100  # as the names of suppliers: the registration office's longest are well below

_LINK = re.compile(r"://|www\.|@", re.IGNORECASE)  # the name stands in mails to people who never heard of us


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What the seller writes on an invoice (增值税发票). ``tax_id`` is the unified code of 18 characters."""

    title: str
    tax_id: str
    bank_name: str = ""
    bank_account: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One row of the record. ``supplier_id``: whom of the catalog it sells as; ``default_address_id``: of its book."""

    company_id: str
    name: str
    version: int
    created_at: int
    changed_at: int
    supplier_id: str | None = None
    default_address_id: str | None = None
    invoice: Invoice | None = None


def accept_company_name(name: str) -> str:
    """The name as one line, or ``Invalid``."""
    cleaned = clean_line(name)
    if not 2 <= len(cleaned) <= NAME_CHARACTERS_MAX:
        raise Invalid(f"公司名称为 2 到 {NAME_CHARACTERS_MAX} 字", parameter="company_name")
    if _LINK.search(cleaned):
        raise Invalid("公司名称不能含有网址或邮箱", parameter="company_name")
    return cleaned
