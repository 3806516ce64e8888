"""Recommend: listings near a listing, by vectors and attributes; content alone, so a new listing is served at once."""
