"""``python -m pifa``."""

from pifa.cli import main

main()
