"""The HTTP door of the record."""
