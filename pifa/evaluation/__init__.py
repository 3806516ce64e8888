"""Evaluation: how well each leg and the whole search rank judged queries.

Owns: reading queries and judgments, running each leg alone, the figures and their intervals.
Takes: the search's own parts and two TSV files.
Gives: figures by system and metric.
May import: everything below ``pifa``.
Never: changes a weight or an index.
"""
