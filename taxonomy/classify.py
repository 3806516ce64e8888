"""Text to category: a title to its leaf, a query to ranked leaves with probabilities; unsure says unsure.

Every leaf has surface forms: its name and synonyms. A form's evidence is how much of its characters and character pairs,
weighted by how rare they are among all forms (inverse document frequency, Sparck Jones 1972), stands in the text. A softmax
over the best form of each leaf and an "unknown" alternative gives probabilities.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from taxonomy.model import Taxonomy

# Fitted by maximum likelihood on titles of the demo catalog, seed 7 (`make relevance` prints the fit and its calibration).
SHARPNESS = 6.0  # how fast a partly present form loses: evidence = share ** SHARPNESS
TEMPERATURE = 0.35
UNKNOWN_EVIDENCE = 0.55  # evidence that "none of these" has: below it the classifier is unsure
PAIR_WEIGHT = 2.0  # a pair in order says more than its two characters apart
SPECIFICITY = 0.12  # bonus a character of the form: 一次性丁腈手套 beats 手套 when both stand there whole


@dataclass(frozen=True, slots=True)
class CategoryGuess:
    """A leaf and the probability that the text means it."""

    category_id: str
    probability: float


class Classifier:
    """Immutable after construction; thread-safe. ``normalise`` must be the one that cuts listings and queries."""

    def __init__(self, taxonomy: Taxonomy, *, normalise: Callable[[str], str]) -> None:
        self._normalise = normalise
        self._leaf_ids = [leaf.id for leaf in taxonomy.leaves]
        forms: list[str] = []
        leaf_of_form: list[int] = []
        for index, leaf in enumerate(taxonomy.leaves):
            for word in dict.fromkeys((leaf.name, *leaf.synonyms)):
                forms.append(normalise(word).replace(" ", ""))
                leaf_of_form.append(index)
        self._leaf_of_form = np.array(leaf_of_form, dtype=np.int64)
        self._build(forms)

    def _build(self, forms: Sequence[str]) -> None:
        postings: dict[str, list[int]] = {}
        for number, form in enumerate(forms):
            for feature in _features(form):
                postings.setdefault(feature, []).append(number)
        self._postings = {feature: np.array(numbers, dtype=np.int64) for feature, numbers in postings.items()}
        self._weight = {
            feature: float(np.log(len(forms) / len(numbers))) * (PAIR_WEIGHT if len(feature) > 1 else 1.0)
            for feature, numbers in postings.items()
        }
        mass = np.zeros(len(forms))
        for feature, numbers in self._postings.items():
            mass[numbers] += self._weight[feature]
        self._mass = np.maximum(mass, 1e-9)
        self._bonus = SPECIFICITY * np.array([min(len(form), 8) for form in forms], dtype=np.float64)

    def classify(self, text: str, *, limit: int = 10) -> tuple[CategoryGuess, ...]:
        """Ranked leaves, likeliest first, at most ``limit``; probabilities sum to less than 1, the rest is "unknown"."""
        present = np.zeros(len(self._mass))
        for feature in _features(self._normalise(text)):
            numbers = self._postings.get(feature)
            if numbers is not None:
                present[numbers] += self._weight[feature]
        touched = np.flatnonzero(present > 0.5 * self._mass)
        if not touched.size:
            return ()
        share = present[touched] / self._mass[touched]
        evidence = share**SHARPNESS * (1.0 + self._bonus[touched])
        best = np.zeros(len(self._leaf_ids))
        np.maximum.at(best, self._leaf_of_form[touched], evidence)
        leaves = np.flatnonzero(best)
        scaled = np.exp((best[leaves] - best[leaves].max()) / TEMPERATURE)
        unknown = float(np.exp((UNKNOWN_EVIDENCE - best[leaves].max()) / TEMPERATURE))
        probability = scaled / (scaled.sum() + unknown)
        top = np.argsort(-probability, kind="stable")[:limit]
        return tuple(CategoryGuess(self._leaf_ids[leaves[i]], float(probability[i])) for i in top)


def _features(text: str) -> set[str]:
    """Characters and pairs of neighbours; a space parts neighbours."""
    features = set(text)
    features.update(text[i : i + 2] for i in range(len(text) - 1) if " " not in text[i : i + 2])
    features.discard(" ")
    return features
