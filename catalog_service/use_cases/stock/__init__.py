"""Deeds on stock."""
