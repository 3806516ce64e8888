"""The embedded engine beside Elasticsearch, on one machine, in one run: same listings, plans and queries."""
