"""Backups of a home: taken while it is served, examined by restoring aside, put back."""
