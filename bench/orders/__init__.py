"""Whole order lives a second (create, pay, ship, confirm) through the use cases, on both databases, beside a bare
transaction of the same writes: ``python -m bench.orders``."""
