"""Which pictures and scans the record names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.tables import bulk_edits, company_documents, offers, revisions

_PICTURE = re.compile(r"/pictures/([0-9a-f]{64})/")
# All that an offer's content is kept in: what is stated, what waits, what an undone edit would bring back.
_CONTENTS = (offers.c.picture, revisions.c.base, revisions.c.content, bulk_edits.c.rows)
ROWS_AT_ONCE = 10_000


class FileReads:
    """One pass over the rows that name files; a digest is 32 bytes in memory, a million pictures some 100 MB."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def pictures(self) -> frozenset[str]:
        """Digests of every picture that some content names."""
        return frozenset(digest for text in self._texts() for digest in _PICTURE.findall(text))

    @read_again
    def scans(self) -> frozenset[str]:
        """Digests of every document that is a company's."""
        with read_transaction(self._engine) as connection:
            return frozenset(connection.execute(sa.select(company_documents.c.digest)).scalars())

    def _texts(self) -> Iterator[str]:
        with read_transaction(self._engine) as connection:
            for column in _CONTENTS:
                query = sa.select(column).where(column.contains("/pictures/")).execution_options(yield_per=ROWS_AT_ONCE)
                yield from connection.execute(query).scalars()
