"""Deeds on pictures."""
