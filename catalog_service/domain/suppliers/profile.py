"""A supplier's content and the limits on it."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.domain.text import clean_line
from kernel.errors import Invalid
from kernel.ids import validate_id
from kernel.offers import Supplier

NAME_CHARACTERS_MAX = 100  # the registration office's longest company names are well below
PLACE_CHARACTERS_MAX = 40
JOINED_YEAR_MIN, JOINED_YEAR_MAX = 1900, 2200  # four digits of a plausible founding or joining year


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierDraft:
    """What a supplier states. None leaves what the record has (or the default for a new one)."""

    supplier_id: str
    name: str | None = None
    province: str | None = None
    city: str | None = None
    joined_year: int | None = None
    verified: bool | None = None
    factory: bool | None = None
    repeat_buyer_rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSupplier:
    """One row of the record."""

    supplier: Supplier
    changed_at: int


def accept_supplier(draft: SupplierDraft, *, prohibited: ProhibitedWords) -> SupplierDraft:
    """The draft cleaned, or ``Invalid`` naming the field."""
    validate_id(draft.supplier_id, parameter="supplier_id")
    name = _line(draft.name, "name", NAME_CHARACTERS_MAX)
    if draft.name is not None and not name:
        raise Invalid("供应商名称不能为空", parameter="name")
    if name:
        prohibited.refuse(name, parameter="name")
    if draft.joined_year is not None and not JOINED_YEAR_MIN <= draft.joined_year <= JOINED_YEAR_MAX:
        raise Invalid(f"入驻年份必须在 {JOINED_YEAR_MIN} 到 {JOINED_YEAR_MAX} 之间", parameter="joined_year")
    if draft.repeat_buyer_rate is not None and not 0 <= draft.repeat_buyer_rate <= 1:
        raise Invalid("回头率必须在 0 到 1 之间", parameter="repeat_buyer_rate")
    return SupplierDraft(
        supplier_id=draft.supplier_id,
        name=name,
        province=_line(draft.province, "province", PLACE_CHARACTERS_MAX),
        city=_line(draft.city, "city", PLACE_CHARACTERS_MAX),
        joined_year=draft.joined_year,
        verified=draft.verified,
        factory=draft.factory,
        repeat_buyer_rate=draft.repeat_buyer_rate,
    )


def supplier_after(known: Supplier | None, draft: SupplierDraft) -> Supplier:
    """The supplier with the draft's stated fields over what is known: ``known`` itself when nothing differs."""
    if known is not None and _says_nothing_new(known, draft):
        return known
    base = known or Supplier(supplier_id=draft.supplier_id, name=draft.supplier_id, version=0)
    return _merged(base, draft, version=base.version + 1)


def _says_nothing_new(known: Supplier, draft: SupplierDraft) -> bool:
    return (
        draft.name in (None, known.name)
        and draft.province in (None, known.province)
        and draft.city in (None, known.city)
        and draft.joined_year in (None, known.joined_year)
        and draft.verified in (None, known.verified)
        and draft.factory in (None, known.factory)
        and draft.repeat_buyer_rate in (None, known.repeat_buyer_rate)
    )


def _merged(base: Supplier, draft: SupplierDraft, *, version: int) -> Supplier:
    return Supplier(
        supplier_id=base.supplier_id,
        name=base.name if draft.name is None else draft.name,
        province=base.province if draft.province is None else draft.province,
        city=base.city if draft.city is None else draft.city,
        joined_year=base.joined_year if draft.joined_year is None else draft.joined_year,
        verified=base.verified if draft.verified is None else draft.verified,
        factory=base.factory if draft.factory is None else draft.factory,
        credit_score=base.credit_score,
        credit_level=base.credit_level,
        repeat_buyer_rate=base.repeat_buyer_rate if draft.repeat_buyer_rate is None else draft.repeat_buyer_rate,
        version=version,
    )


def _line(value: str | None, parameter: str, maximum: int) -> str | None:
    if value is None:
        return None
    cleaned = clean_line(value)
    if len(cleaned) > maximum:
        raise Invalid(f"最长 {maximum} 字", parameter=parameter)
    return cleaned
