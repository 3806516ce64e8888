"""The state of a results page: what the URL holds, how forms and cookies make it, every link that leads on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kernel.errors import Invalid
from kernel.money import parse_yuan
from search_api.parameters import parse_search, search_items
from search_api.requests import SearchRequest
from storefront.visit import Visit, clean_city

Items = Sequence[tuple[str, str]]
SEARCH = "/search"
# What people type in yuan becomes what the URL holds in fen.
YUAN_FIELDS = {"price_min": "price_min_fen", "price_max": "price_max_fen"}
PAGE_ONLY = ("cursor",)  # any change of the search begins at its first page again


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsState:
    """A search and the buyer's city. ``canonical`` False: the address was written otherwise and should be replaced."""

    request: SearchRequest
    city: str
    canonical: bool = True

    @property
    def items(self) -> list[tuple[str, str]]:
        """The query parameters, city included, in a fixed order."""
        return [*search_items(self.request), *([("city", self.city)] if self.city else [])]

    @property
    def url(self) -> str:
        return address(self.items)

    def with_value(self, name: str, value: str) -> str:
        """The address with one more value of a filter."""
        return address([*self._rest(PAGE_ONLY), (name, value)])

    def replaced(self, *names: str, **values: str) -> str:
        """The address without ``names`` and with each of ``values`` instead of whatever stood there."""
        return address([*self._rest((*PAGE_ONLY, *names, *values)), *values.items()])

    def without_value(self, name: str, value: str) -> str:
        """The address without this one value of a filter."""
        return address([pair for pair in self._rest(PAGE_ONLY) if pair != (name, value)])

    def hidden(self, *names: str) -> list[tuple[str, str]]:
        """What a form must carry along besides its own fields ``names``."""
        return self._rest((*PAGE_ONLY, *names))

    def _rest(self, names: Iterable[str]) -> list[tuple[str, str]]:
        dropped = set(names)
        return [(name, value) for name, value in self.items if name not in dropped]


def address(items: Items, path: str = SEARCH) -> str:
    """Path and query; a bare path when there is nothing to say."""
    return f"{path}?{urlencode(items)}" if items else path


def read_state(raw: Items, visit: Visit) -> ResultsState:
    """The state that these query parameters and the visit make; raises ``Invalid`` kinds that name the parameter.

    Empty form fields say nothing (but an empty ``quantity`` clears the visit's), prices in yuan become fen, the visit's
    quantity and city join where the address names none, except on a later page, whose cursor belongs to its own search.
    """
    named = {name for name, _ in raw}
    items: list[tuple[str, str]] = []
    city: str | None = None
    for name, text in raw:
        value = text.strip() if name == "q" else text
        if not value or name == "explain":
            continue
        if name == "city":
            city = clean_city(value)
        elif name in YUAN_FIELDS:
            items.append((YUAN_FIELDS[name], str(_fen(value, name))))
        else:
            items.append((name, value))
    if visit.quantity is not None and not named & {"quantity", "cursor"}:
        items.append(("quantity", str(visit.quantity)))
    request = parse_search(items)
    chosen = city if city is not None or "city" in named else visit.city
    state = ResultsState(request=request, city=chosen or "")
    return ResultsState(
        request=request, city=state.city, canonical=sorted(state.items) == sorted((n, v) for n, v in raw)
    )


def _fen(text: str, name: str) -> int:
    if len(text) > 20:  # ten billion yuan with fen is 14 characters
        raise Invalid("金额过长", parameter=name)
    return parse_yuan(text, parameter=name)
