"""Which pictures and scans the record names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa

from catalog_service.adapters.sql.engine import read_again, read_transaction
from catalog_service.adapters.sql.tables import bulk_edits, company_documents, offers, revisions

_PICTURE = re.compile(r"/pictures/([0-9a-f]{64})/")
# All that an offer's content is kept in: what is stated, what waits, what an undone edit would bring back.
_CONTENTS = (offers.c.picture, offers.c.more_pictures, revisions.c.base, revisions.c.content, bulk_edits.c.rows)
ROWS_AT_ONCE = 10_000


class FileReads:
    """Digests by their first two digits, from ``first`` to ``last``, both among them: whoever asks for few at once
    holds few. Each call is one pass over the rows that name files."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @read_again
    def pictures(self, first: str, last: str) -> frozenset[str]:
        """Of every picture that some content names."""
        found = (digest for text in self._texts(first, last) for digest in _PICTURE.findall(text))
        return frozenset(digest for digest in found if first <= digest[:2] <= last)

    @read_again
    def scans(self, first: str, last: str) -> frozenset[str]:
        """Of every document that is a company's."""
        digest = company_documents.c.digest
        with read_transaction(self._engine) as connection:
            found = connection.execute(sa.select(digest).where(sa.func.substr(digest, 1, 2).between(first, last)))
            return frozenset(found.scalars())

    def _texts(self, first: str, last: str) -> Iterator[str]:
        """Contents that name some picture; of one folder, none but those that name one of it."""
        named = "/pictures/" + (first if first == last else "")
        with read_transaction(self._engine) as connection:
            for column in _CONTENTS:
                query = sa.select(column).where(column.contains(named)).execution_options(yield_per=ROWS_AT_ONCE)
                yield from connection.execute(query).scalars()
