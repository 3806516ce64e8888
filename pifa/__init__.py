"""Pifa: the product's front.

Owns: settings, wiring, the command line, the ASGI application, the demo.
Takes: the environment and the command line.
Gives: running processes.
May import: everything.
Never: holds a rule of search, ranking or trade.
"""

__version__ = "0.1.0"
