"""The ports, spoken: SQL, files, the administrator's key."""
