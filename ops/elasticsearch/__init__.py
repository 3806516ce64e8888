"""A real Elasticsearch without Docker: the official jars in a Java that comes as a Python wheel, for tests and for
``make elasticsearch``. Loopback only."""
