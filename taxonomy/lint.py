"""What a taxonomy may not be. Each rule gives its findings as lines; the test refuses any line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from taxonomy.model import Category, Taxonomy

SECTORS = 40
LEAVES_MIN = 6000
SECTOR_LEAVES_MIN = 80
EFFECTIVE_ATTRIBUTES_MIN = 5
OWN_ATTRIBUTES_MIN = 2  # declared below the sector
# A person who writes names one by one does repeat a modifier; a generator repeats it over a whole list of nouns.
# The limits are those that the sector files state (FORMAT.md): a modifier opens at most twelve names of a sector, and
# two modifiers share at most three nouns there.
MODIFIER_NAMES_MAX = 12
SHARED_NOUNS_MAX = 3
CHOICES = (2, 24)


def findings(taxonomy: Taxonomy) -> Iterator[str]:
    """Every finding of every rule."""
    for rule in (structure, sizes, names, attributes, modifiers, crossings):
        yield from rule(taxonomy)


def structure(taxonomy: Taxonomy) -> Iterator[str]:
    """Orphans, cycles and ids that do not start with their parent's."""
    for node in taxonomy.nodes.values():
        if len(node.id) != 2 * node.level or not node.id.isdecimal():
            yield f"{node.id} {node.name}: id does not fit level {node.level}"
        if node.parent_id is None:
            if node.level != 1:
                yield f"{node.id} {node.name}: orphan"
        elif node.parent_id not in taxonomy.nodes or not node.id.startswith(node.parent_id):
            yield f"{node.id} {node.name}: parent {node.parent_id} missing or not its prefix"
        if node.level < 3 and not taxonomy.children.get(node.id):
            yield f"{node.id} {node.name}: empty branch"


def sizes(taxonomy: Taxonomy) -> Iterator[str]:
    """Too few sectors or leaves."""
    if len(taxonomy.sectors) != SECTORS:
        yield f"{len(taxonomy.sectors)} sectors, not {SECTORS}"
    if len(taxonomy.leaves) < LEAVES_MIN:
        yield f"{len(taxonomy.leaves)} leaves, fewer than {LEAVES_MIN}"
    for sector in taxonomy.sectors:
        if (count := taxonomy.leaf_count(sector.id)) < SECTOR_LEAVES_MIN:
            yield f"{sector.id} {sector.name}: {count} leaves, fewer than {SECTOR_LEAVES_MIN}"


def names(taxonomy: Taxonomy) -> Iterator[str]:
    """A leaf's name or synonym that stands twice; a name that is no Chinese trade word; a leaf without a unit."""
    homes: dict[str, list[str]] = defaultdict(list)
    for leaf in taxonomy.leaves:
        for word in {leaf.name, *leaf.synonyms}:
            homes[_folded(word)].append(leaf.id)
        if len(set(leaf.synonyms)) != len(leaf.synonyms):
            yield f"{leaf.id} {leaf.name}: a synonym stands twice"
        if not leaf.unit:
            yield f"{leaf.id} {leaf.name}: no trade unit"
        if not 2 <= len(leaf.name) <= 16 or not re.search(r"[一-鿿]", leaf.name):
            yield f"{leaf.id} {leaf.name}: not a Chinese name of 2 to 16 characters"
    for word, ids in homes.items():
        if len(ids) > 1:
            yield f"{word}: stands at {', '.join(sorted(ids))}"
    groups = Counter(node.name for node in taxonomy.nodes.values() if node.level == 2)
    yield from (f"group name {name} stands {count} times" for name, count in groups.items() if count > 1)


def _folded(word: str) -> str:
    return re.sub(r"[\s（）()/·-]", "", word).lower()


def attributes(taxonomy: Taxonomy) -> Iterator[str]:
    """Too few attributes, or one that is badly formed."""
    for leaf in taxonomy.leaves:
        own = sum(len(node.attributes) for node in taxonomy.path(leaf.id)[1:])
        if own < OWN_ATTRIBUTES_MIN:
            yield f"{leaf.id} {leaf.name}: {own} attributes below its sector"
        if (count := len(taxonomy.attributes(leaf.id))) < EFFECTIVE_ATTRIBUTES_MIN:
            yield f"{leaf.id} {leaf.name}: {count} effective attributes"
    for node in taxonomy.nodes.values():
        ids = Counter(attribute.id for attribute in node.attributes)
        yield from (f"{node.id} {node.name}: attribute {key} twice" for key, n in ids.items() if n > 1)
        yield from _badly_formed(node)


def _badly_formed(node: Category) -> Iterator[str]:
    for attribute in node.attributes:
        where = f"{node.id} {node.name}: attribute {attribute.id}"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", attribute.id):
            yield f"{where}: id is not snake_case"
        if attribute.type == "choice":
            if not CHOICES[0] <= len(attribute.values) <= CHOICES[1]:
                yield f"{where}: {len(attribute.values)} values"
            if len(set(attribute.values)) != len(attribute.values):
                yield f"{where}: a value stands twice"
        elif attribute.type == "number":
            if attribute.range is None or attribute.range[0] >= attribute.range[1]:
                yield f"{where}: a number needs a range"
        elif attribute.type != "flag":
            yield f"{where}: unknown type {attribute.type}"


def modifiers(taxonomy: Taxonomy) -> Iterator[str]:
    """One modifier of two or more characters that opens too many names of a sector."""
    for sector in taxonomy.sectors:
        opened = Counter(
            leaf.name[:length]
            for leaf in _leaves_of(taxonomy, sector.id)
            for length in (2, 3, 4)
            if len(leaf.name) > length
        )
        for modifier, count in opened.items():
            if count > MODIFIER_NAMES_MAX:
                yield f"{sector.id} {sector.name}: {modifier} opens {count} names"


def crossings(taxonomy: Taxonomy) -> Iterator[str]:
    """Two modifiers put before the same nouns, again and again: a crossed list."""
    for sector in taxonomy.sectors:
        nouns: dict[str, set[str]] = defaultdict(set)
        for leaf in _leaves_of(taxonomy, sector.id):
            for length in (2, 3, 4):
                if len(leaf.name) >= length + 1:
                    nouns[leaf.name[:length]].add(leaf.name[length:])
        crossed = {modifier: tails for modifier, tails in nouns.items() if len(tails) > SHARED_NOUNS_MAX}
        for (first, left), (second, right) in combinations(sorted(crossed.items()), 2):
            if len(shared := left & right) > SHARED_NOUNS_MAX:
                yield f"{sector.id} {sector.name}: {first} and {second} share {'、'.join(sorted(shared))}"


def _leaves_of(taxonomy: Taxonomy, sector_id: str) -> Iterator[Category]:
    return (leaf for leaf in taxonomy.leaves if leaf.id.startswith(sector_id))
