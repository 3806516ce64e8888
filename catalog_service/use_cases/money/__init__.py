"""Deeds on payments, transfers and the ledger, one a file."""
