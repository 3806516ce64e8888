"""Vector indexes (FAISS): exact when small or narrowly filtered, HNSW above, IVF-PQ for tens of millions."""
