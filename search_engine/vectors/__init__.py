"""Vectors by row: stored once, memory-mapped, searched exactly, by HNSW or by IVF-PQ as their number asks.

Owns: the vector file, the graph, the choice between them. Knows nothing of text, documents or plans.
"""
