"""What a listing says beside its title: category words, attribute values, brand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kernel.offers import Offer
from taxonomy.model import Taxonomy


class Facts:
    """Facts of offers over one taxonomy; the words of a leaf are put together once."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._words_of = lru_cache(maxsize=None)(self._category_words)

    def of(self, offer: Offer, category_id: str) -> tuple[str, ...]:
        """Short texts, each cut by itself: leaf, its synonyms, its group, brand, attribute values, codes."""
        values = [value for entry in offer.attributes.values() for value in entry]
        named = [text for text in (offer.brand, offer.item_code) if text]
        return (*self._words_of(category_id), *named, *values)

    def _category_words(self, category_id: str) -> tuple[str, ...]:
        if category_id not in self._taxonomy.nodes:
            return ()
        path = self._taxonomy.path(category_id)
        return tuple(dict.fromkeys((path[-1].name, *path[-1].synonyms, *(node.name for node in path[1:-1]))))


def attribute_terms(attributes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """``id=value`` for every value, as the field ``attribute`` holds them."""
    return tuple(f"{key}={value}" for key, values in attributes.items() for value in values)
