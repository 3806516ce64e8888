"""Pictures of an offer on pages: in the seller's form, where each press makes the form anew, and before the buyer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from catalog_service.domain.offers.content import PICTURES_MAX
from catalog_service.domain.pictures.values import SIZES, sized_path
from kernel.errors import Invalid
from storefront.pages.cards import picture_url

FIELD = "picture_"  # picture_0, picture_1 ...: addresses in their order
UPLOAD = "upload"
_LARGE, _MIDDLING, _SMALL = SIZES


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPicture:
    """Addresses of one picture: to be looked at closely, on the page, and small. ``address``: as the offer states it;
    ``name``: its field in the form. All but these two are empty for what we do not show."""

    address: str
    name: str
    large: str
    page: str
    small: str


def shown_pictures(images: Sequence[str]) -> list[ShownPicture]:
    """In their order; what may not be shown is among them, since a seller has to be able to take it away."""
    return [
        ShownPicture(
            address=each, name=f"{FIELD}{place}", large=picture_url(sized_path(each, _LARGE)),
            page=picture_url(sized_path(each, _MIDDLING)), small=picture_url(sized_path(each, _SMALL)),
        )
        for place, each in enumerate(images)
    ]  # fmt: skip


def small_pictures(text: str) -> list[str]:
    """Small ones of addresses that stand a line each, as changes tell them."""
    return [each.small for each in shown_pictures(text.splitlines()) if each.small]


def images_of(fields: Mapping[str, str]) -> list[str]:
    """What the form carries, in its order."""
    names = (f"{FIELD}{place}" for place in range(PICTURES_MAX))
    return [address for name in names if (address := fields.get(name, "").strip())]


def image_cells(images: Sequence[str]) -> dict[str, str]:
    """The form's fields of these pictures."""
    return {f"{FIELD}{place}": each for place, each in enumerate(images)}


def with_images(fields: Mapping[str, str], images: Sequence[str]) -> dict[str, str]:
    """The form with these pictures and no other."""
    return {name: said for name, said in fields.items() if not name.startswith(FIELD)} | image_cells(images)


def is_press(act: str) -> bool:
    """Whether a button of the pictures was pressed, and the form is to be shown again."""
    return act == UPLOAD or act.partition("-")[0] in _PRESSES


def pressed(images: Sequence[str], act: str) -> list[str]:
    """The pictures after a press as ``left-2``; as they are where it names none of them."""
    deed, _, place = act.partition("-")
    if deed not in _PRESSES or not place.isdecimal() or len(place) > 2 or int(place) >= len(images):
        return list(images)
    rest = list(images)
    taken = rest.pop(at := int(place))
    to = _PRESSES[deed](at)
    if to is not None:
        rest.insert(max(0, to), taken)
    return rest


def with_upload(images: Sequence[str], address: str) -> list[str]:
    """One more, behind the others; raises ``Invalid`` for one that is there or one too many."""
    if address in images:
        raise Invalid("这张图片已经在里面了", parameter="file", code="repeated_picture")
    if len(images) >= PICTURES_MAX:
        raise Invalid(f"图片最多 {PICTURES_MAX} 张，请先移除再上传", parameter="file", code="too_many_pictures")
    return [*images, address]


# By press, the new place of the picture at a place; None takes it away.
_PRESSES: Mapping[str, Callable[[int], int | None]] = {
    "first": lambda at: 0,
    "left": lambda at: at - 1,
    "right": lambda at: at + 1,
    "remove": lambda at: None,
}
