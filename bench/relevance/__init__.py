"""Relevance bench: judged queries, grades from facts, figures, tuning.

Owns: reading ``data/judged``, grading listings by what is true of them, fitting weights on the tune half.
Takes: a home with the demo catalog, the judged queries.
Gives: qrels, tables, ``bench/results/relevance.json``.
May import: everything.
Never: shows a ranking to whoever judges.
"""
