"""Catalog service: the record of offers and suppliers, companies and people, orders and money.

Owns: offers, SKUs, stock, prices, freight, pictures, carts, suppliers, credit events; companies, members, sessions,
  keys, notices and mails; orders, payments, the escrow ledger, timers; the outbox, the audit trail, idempotency,
  imports, the administrator's key.
Takes: drafts (from HTTP, files or a generator), a clock, ids, a normaliser of text, the credit formula, a mailer, a
  payment service.
Gives: ``open_record`` -> ``Record``: use cases, reads, the change feed and the catalog of the kernel, HTTP routers.
May import: web, ranking (its credit formula), kernel. SQLAlchemy, Alembic, psycopg, argon2, pyotp, cryptography,
  Authlib, Pillow, obstore and payment services are spoken here only.
Never: searches, indexes, or knows who listens to its feed.
"""
