"""Copies of the record: a SQLite file with the rows of one moment, out of either database and back into either."""
