"""Listings out of files, a line at a time."""
