"""Understand: the buyer's text to words, intentions, likely categories and a vector."""
