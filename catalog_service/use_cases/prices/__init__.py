"""What a basket costs, and the terms that suppliers set for it."""
