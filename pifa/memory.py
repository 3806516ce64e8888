"""The garbage collector of a process that serves."""

from __future__ import annotations

import gc

# Objects between two looks at the young ones. A search makes some five thousand, and nearly all of them die by count
# alone; at Python's own 700 the collector runs seven times a search and finds nothing.
YOUNG_OBJECTS = 20_000


def settle() -> None:
    """Call when everything is loaded: dictionaries, taxonomy and code live as long as the process, so the collector
    need not walk them ever again. Without it one search in a hundred pays for a walk over all of them: p99 of processor
    time was 100 ms, with it 25 (20,000 listings, one word)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
