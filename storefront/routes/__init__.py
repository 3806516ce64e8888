"""Routes: an address to a view model to a template."""
