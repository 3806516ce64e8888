"""Deeds on suppliers, one a file."""
