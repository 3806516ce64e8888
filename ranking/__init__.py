"""Ranking: the order of a batch of candidates, and why.

Owns: signals (one file each), profiles, the bounded trade boost, the cap a supplier, explanations, the credit formula.
Takes: a batch of candidates as numpy columns, and what the buyer asked for.
Gives: positions, scores, explanations that sum to the score.
May import: kernel.
Never: fetches anything, knows an engine, a request or a record.
"""
