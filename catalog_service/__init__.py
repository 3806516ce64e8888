"""Catalog service: the record of offers and suppliers.

Owns: offers, suppliers, credit events, the outbox, the audit trail, idempotency, imports, the administrator's key.
Takes: drafts (from HTTP, files or a generator), a clock, ids, a normaliser of text, the credit formula.
Gives: ``open_record`` -> ``Record``: use cases, reads, the change feed and the catalog of the kernel, HTTP routers.
May import: web, ranking (its credit formula), kernel. SQLAlchemy and Alembic are spoken here only.
Never: searches, indexes, or knows who listens to its feed.
"""
