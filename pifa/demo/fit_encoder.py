"""The static student that ships, fitted to BGE on our own texts: ``python -m pifa.demo.fit_encoder data/encoder``.

The texts are demo titles, names and synonyms of the taxonomy, and queries put together from them: ours, seeded, and
none of the judged queries.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from pifa.commands.console import say
from pifa.commands.demo_data import DEMO_NOW
from pifa.demo.generate import generate
from pifa.encoders import bge_encoder
from pifa.fitting import fit_student
from pifa.wiring import Installation, installation

SEED = 7
TITLES = 40_000  # beyond it the held-out cosine gains less than a thousandth a 10,000 titles
QUERIES = 40_000
DIMENSIONS = 256  # keeps the leading directions of the teacher's 512 at half the bytes a listing
VOCABULARY_MAX = 24_000  # 12 MB in the repository


def main(folder: Path) -> None:
    """Fit and save; prints the held-out cosine."""
    site = installation()
    teacher = bge_encoder(site.settings, site.home)
    texts = [*_titles(site), *_names(site), *islice(_queries(site), QUERIES)]
    model = fit_student(site, texts, teacher, dimensions=DIMENSIONS, vocabulary_max=VOCABULARY_MAX, seed=SEED)
    model.save(folder)
    say(f"{folder}: {model.facts}")


def _titles(site: Installation) -> Iterator[str]:
    batches = generate(
        site.taxonomy, listings=TITLES, suppliers=800, seed=SEED + 1, now=DEMO_NOW, data_dir=site.data / "demo"
    )
    for batch in batches:
        yield from (listing.offer.title for listing in batch.listings if not listing.attack)


def _names(site: Installation) -> Iterator[str]:
    for node in site.taxonomy.nodes.values():
        yield from (node.name, *node.synonyms)


def _queries(site: Installation) -> Iterator[str]:
    """A name or synonym with one or two values of its category's attributes, in any order."""
    random = Random(SEED)  # noqa: S311 (seeded data)
    leaves = site.taxonomy.leaves
    while True:
        leaf = random.choice(leaves)
        choices = [a for a in site.taxonomy.attributes(leaf.id) if a.values]
        words = [random.choice((leaf.name, *leaf.synonyms))]
        words += [random.choice(a.values) for a in random.sample(choices, min(len(choices), random.choice((1, 1, 2))))]
        random.shuffle(words)
        yield random.choice(("", " ")).join(words)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
