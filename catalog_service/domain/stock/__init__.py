"""How many pieces of a SKU are there, and what moved them."""
