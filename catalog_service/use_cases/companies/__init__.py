"""Deeds on companies, their people, and what proves who is calling."""
