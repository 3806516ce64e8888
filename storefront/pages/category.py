"""Browsing: the whole menu, a sector with its groups and leaves, a group with its leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search_api.requests import SearchRequest
from storefront.pages.cards import Card, CardMaker
from storefront.pages.offer import breadcrumb
from storefront.ports import OwnRead, Searching
from storefront.state import address
from taxonomy.model import Category, Taxonomy

GOODS = 18  # three rows of six on a desktop


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    name: str
    href: str
    leaves: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPage:
    id: str
    name: str
    path: Sequence[tuple[str, str]]
    branches: Sequence[Branch]
    leaf_count: int
    goods_href: str
    cards: Sequence[Card]


def category_page(
    node: Category, *, search: Searching, taxonomy: Taxonomy, maker: CardMaker, own: OwnRead
) -> CategoryPage:
    """A sector or a group; goods best sold first."""
    request = SearchRequest(category=(node.id,), sort="sales", size=GOODS, quantity=maker.visit.quantity)
    hits = search.search(request, facets=False).hits
    maker = maker.knowing(own([hit.offer_id for hit in hits], maker.visit.quantity))
    below = taxonomy.children.get(node.id, ())
    branches = (
        [_branch(child, taxonomy, maker) for child in below] if node.level == 1 else [_branch(node, taxonomy, maker)]
    )
    return CategoryPage(
        id=node.id,
        name=node.name,
        path=breadcrumb(node.id, taxonomy),
        branches=branches,
        leaf_count=taxonomy.leaf_count(node.id),
        goods_href=_goods(node, maker),
        cards=[maker.card(hit) for hit in hits],
    )


def _branch(node: Category, taxonomy: Taxonomy, maker: CardMaker) -> Branch:
    leaves = [(leaf.name, _goods(leaf, maker)) for leaf in taxonomy.children.get(node.id, ())]
    return Branch(name=node.name, href=f"/category/{node.id}", leaves=leaves)


def _goods(node: Category, maker: CardMaker) -> str:
    quantity = [("quantity", str(maker.visit.quantity))] if maker.visit.quantity else []
    return address([("category", node.id), *quantity])
