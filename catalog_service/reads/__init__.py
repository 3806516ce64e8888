"""What others read of the record."""
