"""Kernel: the words that every room shares.

Owns: ids, codes, money, prices, offers, suppliers, changes, behaviour, Principal, paging, error kinds, clock.
Takes: nothing.
Gives: frozen values and the protocols of time, chance and identity.
May import: the standard library.
Never: does I/O, reads the clock or the environment, knows a room above.
"""
