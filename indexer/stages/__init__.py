"""Stages: clean, classify, cut, assemble; each a pure function over a batch."""
