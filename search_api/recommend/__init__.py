"""Recommend: listings near a listing, from vectors and attributes; content alone, so a new listing is served at once."""
