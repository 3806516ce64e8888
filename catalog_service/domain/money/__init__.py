"""Money: payments, the double-entry ledger and its chain, statements, reconciliation; pure."""
