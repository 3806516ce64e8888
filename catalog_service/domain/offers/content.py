"""An offer's content: what a supplier states, the limits on it, and the digest that tells whether it changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import msgspec

from catalog_service.domain.offers.prohibited import ProhibitedWords
from catalog_service.domain.offers.states import OfferState
from catalog_service.domain.pictures.values import digest_of
from catalog_service.domain.text import clean_line, clean_paragraphs, clean_word
from kernel.errors import Invalid
from kernel.ids import ID_PATTERN, validate_id
from kernel.money import PRICE_FEN_MAX
from kernel.offers import NO_ATTRIBUTES, Offer
from kernel.prices import QUANTITY_MAX, PriceTier, validate_ladder

Normaliser = Callable[[str], str]

TITLE_CHARACTERS_MAX = (
    200  # the longest title field among the Chinese wholesale sites is 60 characters; stuffing runs to thrice that
)
DESCRIPTION_CHARACTERS_MAX = 20_000  # about ten printed pages; more belongs into a file
WORD_CHARACTERS_MAX = 100  # brand, unit, origin, codes: one line on a card
PICTURE_CHARACTERS_MAX = 500  # an address, not the picture itself
PICTURES_MAX = 5  # 主图 of an offer on the Chinese wholesale sites; what shows details belongs into the description
ATTRIBUTES_MAX = 64  # three times the longest attribute form of the taxonomy
ATTRIBUTE_VALUES_MAX = 64  # a full range of sizes or colours
ATTRIBUTE_CHARACTERS_MAX = 120  # one line of a specification table
DISPATCH_HOURS_MAX = 8_760  # a year: made to order, not in stock
COUNT_MAX = 10**15  # far above any stock or sales figure, far below a signed 64-bit integer

# An address or path of a picture; schemes that run code in a page are not pictures.
_PICTURE = re.compile(r"(?!(?:javascript|vbscript|data|file):)[^\s\"'<>`\\]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """The content of an offer as its supplier states it.

    ``moq`` None means the first tier's quantity (1 without tiers); ``published_at`` None means the moment of the deed.
    ``more_pictures`` None is of those who know of one picture alone: the others stay as they are, behind it.
    """

    offer_id: str
    title: str
    supplier_id: str | None = None
    category_id: str | None = None
    tiers: tuple[PriceTier, ...] = ()
    moq: int | None = None
    pack_multiple: int = 1
    units_per_pack: int = 1
    pack_unit: str = ""
    unit: str = "件"
    stock: int | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_ATTRIBUTES)
    brand: str = ""
    item_code: str = ""
    barcode: str = ""
    description: str = ""
    origin: str = ""
    dropship: bool = False
    dropship_price_fen: int | None = None
    sample_price_fen: int | None = None
    customisation: bool = False
    invoice: bool = False
    freight_free: bool = False
    dispatch_hours: int | None = None
    picture: str = ""
    sold_count: int = 0
    published_at: int | None = None
    more_pictures: tuple[str, ...] | None = None  # the last, as ``content_hash`` needs it

    @property
    def images(self) -> tuple[str, ...]:
        """All pictures that it states, in their order."""
        return (self.picture, *(self.more_pictures or ())) if self.picture else ()


class UnknownPicture(Invalid):
    """The address is of our own store, which has no such picture."""

    code = "unknown_picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOffer:
    """One row of the record: the offer, its state, and the digest of the draft that it came from."""

    offer: Offer
    state: OfferState
    content_hash: str
    changed_at: int
    takedown_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRules:
    """What every content is held against. ``has_picture``: whether our store has what an address of it names; true of
    every other address."""

    normaliser: Normaliser
    prohibited: ProhibitedWords
    has_picture: Callable[[str], bool] = field(default=lambda _: True)

    def accept(self, draft: OfferDraft) -> OfferDraft:
        """The draft cleaned (control characters, spaces, MOQ), or ``Invalid`` naming the field and the reason."""
        cleaned = _clean(draft, self.normaliser)
        self.prohibited.refuse(cleaned.title, parameter="title")
        self.prohibited.refuse(cleaned.brand, parameter="brand")
        self.prohibited.refuse(cleaned.description, parameter="description")
        for name, values in cleaned.attributes.items():
            self.prohibited.refuse_short(name, parameter=f"attributes.{name}")
            for value in values:
                self.prohibited.refuse_short(value, parameter=f"attributes.{name}")
        return cleaned

    def require_pictures(self, draft: OfferDraft) -> None:
        """``UnknownPicture`` names the first that nobody uploaded. Asks the store, so not inside a transaction."""
        for place, picture in enumerate(draft.images):
            if not self.has_picture(picture):
                raise UnknownPicture(f"没有第 {place + 1} 张图片，请先上传", parameter=_image_name(draft, place))


_digest_encoder = msgspec.json.Encoder(order="deterministic")


# What the audit looks at: all that a buyer reads or sees. Prices, stock, minima and terms are the supplier's alone, and
# go on sale at once.
AUDITED_FIELDS = (
    "title", "category_id", "attributes", "brand", "item_code", "barcode", "description", "origin", "images",
)  # fmt: skip


def shows_other_content(offer: Offer, draft: OfferDraft) -> bool:
    """Whether the draft changes anything of what was audited."""
    return any(getattr(offer, name) != getattr(draft, name) for name in AUDITED_FIELDS)


# A draft of one picture has the digest that it had before there could be several: the same file again changes nothing.
_ONE_PICTURE = (b',"more_pictures":[]}', b',"more_pictures":null}')


def content_hash(draft: OfferDraft) -> str:
    """32 hexadecimal digits (BLAKE2b, 128 bits); the same for equal drafts, in whatever order attributes stand."""
    encoded = _digest_encoder.encode(draft)
    for ending in _ONE_PICTURE:
        if encoded.endswith(ending):
            encoded = encoded.removesuffix(ending) + b"}"
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def image_fields(images: Sequence[str]) -> dict[str, Any]:
    """The fields of a draft that state these pictures and no other."""
    return {"picture": images[0] if images else "", "more_pictures": tuple(images[1:])}


def with_standing_pictures(draft: OfferDraft, standing: Sequence[str]) -> OfferDraft:
    """The draft with every picture said. ``standing``: those after the first that stand now; they stay behind a first
    one that was stated alone, and go when none is stated at all."""
    if draft.more_pictures is not None:
        return draft
    kept = tuple(each for each in standing if each != draft.picture) if draft.picture else ()
    return replace(draft, more_pictures=kept[: PICTURES_MAX - 1])


def offer_of(draft: OfferDraft, *, version: int, published_at: int) -> Offer:
    """The offer that an accepted draft states."""
    return Offer(
        offer_id=draft.offer_id,
        title=draft.title,
        supplier_id=draft.supplier_id,
        version=version,
        category_id=draft.category_id,
        tiers=draft.tiers,
        moq=_moq(draft),
        pack_multiple=draft.pack_multiple,
        units_per_pack=draft.units_per_pack,
        pack_unit=draft.pack_unit,
        unit=draft.unit,
        stock=draft.stock,
        attributes=draft.attributes,
        brand=draft.brand,
        item_code=draft.item_code,
        barcode=draft.barcode,
        description=draft.description,
        origin=draft.origin,
        dropship=draft.dropship,
        dropship_price_fen=draft.dropship_price_fen,
        sample_price_fen=draft.sample_price_fen,
        customisation=draft.customisation,
        invoice=draft.invoice,
        freight_free=draft.freight_free,
        dispatch_hours=draft.dispatch_hours,
        picture=draft.picture,
        more_pictures=draft.more_pictures or (),
        sold_count=draft.sold_count,
        published_at=published_at,
    )


def _moq(draft: OfferDraft) -> int:
    if draft.moq is not None:
        return draft.moq
    return draft.tiers[0].min_quantity if draft.tiers else 1


def _clean(draft: OfferDraft, normaliser: Normaliser) -> OfferDraft:
    validate_id(draft.offer_id, parameter="offer_id")
    title = clean_line(draft.title)
    title_length = len(normaliser(title))
    if title_length == 0:
        raise Invalid("标题不能为空", parameter="title")
    if max(title_length, len(title)) > TITLE_CHARACTERS_MAX:
        raise Invalid(f"标题最长 {TITLE_CHARACTERS_MAX} 字", parameter="title")
    moq = _moq(draft)
    _refuse_numbers(draft, moq)
    validate_ladder(draft.tiers, moq=moq)
    _refuse_pictures(draft)
    return replace(
        draft,
        title=title,
        supplier_id=_optional_id(draft.supplier_id, "supplier_id"),
        category_id=_optional_id(draft.category_id, "category_id"),
        moq=moq,
        pack_unit=_word(draft.pack_unit, "pack_unit"),
        unit=_word(draft.unit, "unit") or "件",
        attributes=_attributes(draft.attributes) if draft.attributes else {},
        brand=_word(draft.brand, "brand"),
        item_code=_word(draft.item_code, "item_code"),
        barcode=_word(draft.barcode, "barcode"),
        description=clean_paragraphs(draft.description, maximum=DESCRIPTION_CHARACTERS_MAX, parameter="description"),
        origin=_word(draft.origin, "origin"),
    )


def _refuse_pictures(draft: OfferDraft) -> None:
    more = draft.more_pictures or ()
    if more and not draft.picture:
        raise Invalid("第一张图片不能为空", parameter=_image_name(draft, 0))
    if len(draft.images) > PICTURES_MAX:
        raise Invalid(f"图片最多 {PICTURES_MAX} 张", parameter="images", code="too_many_pictures")
    for place, picture in enumerate((draft.picture, *more)):
        if (place and not picture) or not _PICTURE.fullmatch(picture) or len(picture) > PICTURE_CHARACTERS_MAX:
            name = _image_name(draft, place)
            raise Invalid(f"图片必须是网址或路径，最长 {PICTURE_CHARACTERS_MAX} 字", parameter=name)
    seen: set[str] = set()
    for place, picture in enumerate(draft.images):
        known = digest_of(picture) or picture  # whatever the size that the address is of
        if known in seen:
            raise Invalid(
                f"第 {place + 1} 张图片与前面的重复", parameter=_image_name(draft, place), code="repeated_picture"
            )
        seen.add(known)


def _image_name(draft: OfferDraft, place: int) -> str:
    """What refusals call a picture: as whoever stated it does."""
    return "picture" if draft.more_pictures is None else f"images.{place}"


def _optional_id(value: str | None, parameter: str) -> str | None:
    if not value:
        return None
    return value if ID_PATTERN.fullmatch(value) else validate_id(value, parameter=parameter)


def _word(value: str, parameter: str) -> str:
    if not value:
        return ""
    cleaned = clean_word(value)
    if len(cleaned) > WORD_CHARACTERS_MAX:
        raise Invalid(f"最长 {WORD_CHARACTERS_MAX} 字", parameter=parameter)
    return cleaned


def _refuse_numbers(draft: OfferDraft, moq: int) -> None:
    _within(moq, 1, QUANTITY_MAX, "moq", "起订量")
    _within(draft.pack_multiple, 1, QUANTITY_MAX, "pack_multiple", "加购倍数")
    _within(draft.units_per_pack, 1, QUANTITY_MAX, "units_per_pack", "每包数量")
    _within(draft.sold_count, 0, COUNT_MAX, "sold_count", "销量")
    if draft.stock is not None:
        _within(draft.stock, 0, COUNT_MAX, "stock", "库存")
    if draft.dropship_price_fen is not None:
        _within(draft.dropship_price_fen, 1, PRICE_FEN_MAX, "dropship_price_fen", "代发价（分）")
    if draft.sample_price_fen is not None:
        _within(draft.sample_price_fen, 0, PRICE_FEN_MAX, "sample_price_fen", "样品价（分）")
    if draft.dispatch_hours is not None:
        _within(draft.dispatch_hours, 0, DISPATCH_HOURS_MAX, "dispatch_hours", "发货时间（小时）")
    if draft.published_at is not None:
        _within(draft.published_at, 0, COUNT_MAX, "published_at", "上架时间（秒）")


def _within(value: int, low: int, high: int, parameter: str, label: str) -> None:
    if not low <= value <= high:
        raise Invalid(f"{label}必须在 {low} 到 {high} 之间", parameter=parameter)


def _attributes(attributes: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    if len(attributes) > ATTRIBUTES_MAX:
        raise Invalid(f"属性最多 {ATTRIBUTES_MAX} 个", parameter="attributes")
    cleaned: dict[str, tuple[str, ...]] = {}
    for name, values in attributes.items():
        key, kept = _attribute(name, values)
        if key and kept:
            cleaned[key] = kept
    return cleaned


@lru_cache(maxsize=1 << 15)  # a catalog says 材质: 棉 a hundred thousand times
def _attribute(name: str, values: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    key = _attribute_text(name, name)
    # A value said twice is said once; the order that the supplier chose stays.
    kept = tuple(dict.fromkeys(text for value in values if (text := _attribute_text(value, name))))
    if len(kept) > ATTRIBUTE_VALUES_MAX:
        raise Invalid(f"一个属性最多 {ATTRIBUTE_VALUES_MAX} 个值", parameter=f"attributes.{key}")
    return key, kept


def _attribute_text(text: str, name: str) -> str:
    cleaned = clean_line(text)
    if len(cleaned) > ATTRIBUTE_CHARACTERS_MAX:
        raise Invalid(
            f"属性名和属性值最长 {ATTRIBUTE_CHARACTERS_MAX} 字", parameter=f"attributes.{clean_line(name)[:40]}"
        )
    return cleaned
