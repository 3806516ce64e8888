"""Deeds on offers, one a file."""
