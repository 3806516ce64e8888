"""SQLite FTS5 over the cut text: all characters required, ordered by its BM25."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from bench.speed.peers.port import TOP, Peer, PeerQuery
from search_engine.documents import IndexDocument
from search_engine.prices import price_columns
from search_engine.schema import PRICE_AT_MOQ


class SqliteFts5(Peer):
    """One FTS5 table, one table of facts beside it. A client has a connection of its own, as SQLite wants it."""

    filters = True

    def build(self, batches: Iterable[tuple[Sequence[IndexDocument], np.ndarray]]) -> None:
        with sqlite3.connect(self.folder / "fts.sqlite3") as database:
            database.execute("PRAGMA journal_mode=OFF")
            database.execute("PRAGMA synchronous=OFF")
            database.execute("CREATE VIRTUAL TABLE text USING fts5(coverage, words, content='', tokenize='unicode61')")
            database.execute(
                "CREATE TABLE fact (id INTEGER PRIMARY KEY, offer TEXT, leaf TEXT, region TEXT, price INTEGER)"
            )
            row = 0
            for documents, _ in batches:
                rows = [(row + n, document) for n, document in enumerate(documents, 1)]
                database.executemany(
                    "INSERT INTO text(rowid, coverage, words) VALUES (?, ?, ?)",
                    [(number, document.coverage, document.words) for number, document in rows],
                )
                database.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?)", [_facts(*each) for each in rows])
                row += len(rows)
            database.execute("INSERT INTO text(text) VALUES ('optimize')")
            database.execute("CREATE INDEX fact_leaf ON fact(leaf)")

    def open(self) -> None:
        self._database = sqlite3.connect(self.folder / "fts.sqlite3", check_same_thread=False)
        self._database.execute("PRAGMA mmap_size=4294967296")

    def search(self, query: PeerQuery) -> int:
        wheres, values = self._conditions(query)
        if query.characters:
            wanted = " ".join(f'"{token}"' for token in dict.fromkeys(query.characters))
            wheres.insert(0, "text MATCH ?")
            values.insert(0, f"coverage: ({wanted})")
            source, order = "text JOIN fact ON fact.id = text.rowid", "bm25(text)"
        else:
            source, order = "fact", "fact.id"
        sql = f"SELECT fact.offer FROM {source} WHERE {' AND '.join(wheres)} ORDER BY {order} LIMIT {TOP}"
        return len(self._database.execute(sql, values).fetchall())

    def _conditions(self, query: PeerQuery) -> tuple[list[str], list[object]]:
        wheres: list[str] = []
        values: list[object] = []
        if query.category:
            wheres.append("fact.leaf >= ? AND fact.leaf < ?")
            values += [query.category, query.category + ":"]
        if query.region:
            wheres.append("fact.region = ?")
            values.append(query.region)
        if query.price_max_fen is not None:
            wheres.append("fact.price <= ?")
            values.append(query.price_max_fen)
        return wheres, values


def _facts(number: int, document: IndexDocument) -> tuple[int, str, str, str, int]:
    return (
        number,
        document.offer_id,
        document.category_path[-1] if document.category_path else "",
        document.regions[0] if document.regions else "",
        price_columns(document.tiers, moq=document.moq)[PRICE_AT_MOQ],
    )
