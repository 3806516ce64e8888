"""Retrieve: an understanding and a request to one frozen plan."""
