"""Deeds on carts."""
