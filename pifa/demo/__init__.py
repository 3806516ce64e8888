"""Demo: a seeded catalog that looks like a market.

Owns: the grammar of titles, the demo's suppliers and their terms of trade, the hidden truth about every listing.
Takes: the taxonomy and the word lists of ``data/demo``.
Gives: batches of suppliers and offers, the same for the same seed, in constant memory.
May import: everything below ``pifa``.
Never: reads the clock or the environment, writes a record by itself.
"""
