"""What stands around every page: the search box, my quantity and city, counts of the kept lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.kept import Kept
from storefront.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """``path`` and ``hidden``: where the form of my quantity and city leads, and what it carries along.

    ``search_hidden``: what a new search keeps. ``here``: this page's own address, for posts that come back to it.
    """

    title: str
    description: str
    query: str
    visit: Visit
    path: str
    hidden: Sequence[tuple[str, str]]
    search_hidden: Sequence[tuple[str, str]]
    here: str
    favourites: int
    compared: int
    home: bool = False
    index: bool = True


def frame_of(
    *,
    title: str,
    visit: Visit,
    kept: Kept,
    here: str,
    description: str = "",
    query: str = "",
    hidden: Sequence[tuple[str, str]] = (),
    home: bool = False,
    index: bool = True,
) -> Frame:
    """The frame of a page at the address ``here``."""
    search_hidden = [("quantity", str(visit.quantity))] if visit.quantity else []
    search_hidden += [("city", visit.city)] if visit.city else []
    return Frame(
        title=title,
        description=description,
        query=query,
        visit=visit,
        path=here.partition("?")[0],
        hidden=hidden,
        search_hidden=search_hidden,
        here=here,
        favourites=len(kept.favourites),
        compared=len(kept.compare),
        home=home,
        index=index,
    )
