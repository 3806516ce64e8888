"""An understanding as a caller reads it."""

from __future__ import annotations

from search_api.results import CategoryGuessView, RepairView, Understood
from search_api.understand.understanding import Understanding
from taxonomy.model import Taxonomy

CATEGORIES_SHOWN_MAX = 5
PROBABILITY_SHOWN_MIN = 0.05  # below one in twenty a guess is noise to a reader


def understood_view(understanding: Understanding, taxonomy: Taxonomy) -> Understood:
    """How the query was read."""
    analysis = understanding.analysis
    repair = analysis.repair
    return Understood(
        text=analysis.text,
        words=[word.text for word in analysis.words],
        excluded=[word.text for word in analysis.excluded],
        quantity=understanding.quantity,
        price_min_fen=understanding.price_min_fen,
        price_max_fen=understanding.price_max_fen,
        quantities=[quantity.text for quantity in analysis.quantities],
        synonyms=[synonym.text for word in analysis.words for synonym in word.synonyms],
        categories=[
            CategoryGuessView(
                id=guess.category_id,
                name=taxonomy.get(guess.category_id).name,
                path=[node.name for node in taxonomy.path(guess.category_id)],
                probability=round(guess.probability, 4),
            )
            for guess in understanding.categories[:CATEGORIES_SHOWN_MAX]
            if guess.probability >= PROBABILITY_SHOWN_MIN
        ],
        query_class=understanding.query_class,
        repair=RepairView(original=repair.original, repaired=repair.repaired, kind=repair.kind) if repair else None,
    )
