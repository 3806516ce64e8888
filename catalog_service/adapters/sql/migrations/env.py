"""Alembic's environment: runs on the connection that ``migrate`` hands over."""

from __future__ import annotations

from alembic import context

from catalog_service.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by building it anew
    transactional_ddl=False,  # the caller's transaction is the one
)
context.run_migrations()
