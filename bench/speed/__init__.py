"""Speed: how fast it searches, indexes and publishes, how much memory it takes, beside its peers.

Owns: the runners, the peers, the load generator.
Takes: the seeded demo catalog and the shipped static student.
Gives: sections of ``bench/results/speed-<listings>.json`` and the tables of ``bench/results/speed.md``.
May import: everything.
Never: is imported by the product.
"""
