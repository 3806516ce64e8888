"""The embedded engine: tantivy for text, filters and facets, FAISS for vectors, files in one home directory."""
