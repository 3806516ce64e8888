"""Deeds on orders and their refunds, one a file."""
