"""The tree as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from kernel.errors import NotFound

AttributeType = Literal["choice", "number", "flag"]


class CategoryMissing(NotFound):
    """No category has this id."""

    code = "category_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What buyers ask of a category. ``values`` for choice; ``unit`` and ``range`` (low, high) for number."""

    id: str
    name: str
    type: AttributeType
    values: tuple[str, ...] = ()
    unit: str = ""
    range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A node: sector (level 1, 2 digits), group (level 2, 4 digits), leaf (level 3, 6 digits).

    ``attributes`` are those declared here, in facet order. ``unit`` is the trade unit of a leaf; ``price_yuan`` the
    usual wholesale price of one unit, low and high; ``pack`` units in one pack and the pack's name.
    """

    id: str
    name: str
    level: int
    parent_id: str | None
    synonyms: tuple[str, ...] = ()
    unit: str = ""
    attributes: tuple[Attribute, ...] = ()
    shape: str = ""
    price_yuan: tuple[float, float] | None = None
    pack: tuple[int, str] = (1, "件")
    name_en: str = ""


@dataclass(frozen=True)
class Taxonomy:
    """The whole tree; ``nodes`` by id in document order."""

    nodes: Mapping[str, Category] = field(repr=False)

    @cached_property
    def children(self) -> Mapping[str | None, tuple[Category, ...]]:
        """Children by parent id, in document order; key None holds the sectors."""
        grouped: dict[str | None, list[Category]] = {}
        for node in self.nodes.values():
            grouped.setdefault(node.parent_id, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in grouped.items()}

    @cached_property
    def sectors(self) -> tuple[Category, ...]:
        return self.children.get(None, ())

    @cached_property
    def leaves(self) -> tuple[Category, ...]:
        return tuple(node for node in self.nodes.values() if node.level == 3)

    @cached_property
    def attribute_names(self) -> Mapping[str, str]:
        """A name for every attribute id: that of its first declaration."""
        names: dict[str, str] = {}
        for node in self.nodes.values():
            for attribute in node.attributes:
                names.setdefault(attribute.id, attribute.name)
        return names

    @cached_property
    def english(self) -> Taxonomy:
        """The same tree for who reads English; groups and leaves keep their Chinese names."""
        from taxonomy.english import in_english

        return in_english(self)

    def told(self, language: str) -> Taxonomy:
        """The tree as the reader of ``language`` (``zh`` or ``en``) is shown it."""
        return self.english if language == "en" else self

    @cached_property
    def _effective(self) -> dict[str, tuple[Attribute, ...]]:
        return {}

    def get(self, category_id: str) -> Category:
        """The node, or ``CategoryMissing``."""
        node = self.nodes.get(category_id)
        if node is None:
            raise CategoryMissing(f"没有类目 {category_id}", parameter="category")
        return node

    @cached_property
    def _paths(self) -> dict[str, tuple[Category, ...]]:
        return {}

    def path(self, category_id: str) -> tuple[Category, ...]:
        """From the sector down to the node itself."""
        known = self._paths.get(category_id)
        if known is None:
            node = self.get(category_id)
            known = (*(self.path(node.parent_id) if node.parent_id else ()), node)
            self._paths[category_id] = known
        return known

    def attributes(self, category_id: str) -> tuple[Attribute, ...]:
        """Effective attributes in facet order: the node's own first, then what it inherits and does not replace."""
        known = self._effective.get(category_id)
        if known is None:
            node = self.get(category_id)
            own = {attribute.id for attribute in node.attributes}
            inherited = self.attributes(node.parent_id) if node.parent_id else ()
            known = (*node.attributes, *(a for a in inherited if a.id not in own))
            self._effective[category_id] = known
        return known

    def leaf_count(self, category_id: str) -> int:
        """How many leaves stand under a node (itself when it is a leaf)."""
        below: Sequence[Category] = self.children.get(category_id, ())
        return sum(self.leaf_count(child.id) for child in below) if below else 1
