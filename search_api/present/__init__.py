"""Present: rows and scores to what a caller reads."""
