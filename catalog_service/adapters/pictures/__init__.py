"""Where pictures are made ready and kept."""
