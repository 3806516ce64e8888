"""What is meant to be ordered."""
