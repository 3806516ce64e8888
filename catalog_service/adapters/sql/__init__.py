"""The record in a database through SQLAlchemy Core."""
