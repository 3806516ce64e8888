"""Who sells, and what is known of their conduct."""
