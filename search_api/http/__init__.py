"""HTTP of search, suggest, recommend and the taxonomy."""
