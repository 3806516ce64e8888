"""Orders: their machines, plans of payment, values and limits; pure."""
