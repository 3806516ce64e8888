"""Indexer: the record's changes to the index.

Owns: the stages from an offer to a document, listings prepared in bulk, the follower, the rebuild, the drift
check, the dead letters.
Takes: the kernel's change feed and catalog, an index store, an analyzer, a classifier, an encoder.
Gives: a searchable index that follows the record.
May import: taxonomy, search_engine (port, documents, card), text_analysis, kernel.
Never: reads the database itself, answers a search.
"""
