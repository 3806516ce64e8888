"""View models: one small file a page. Plain values; templates only loop and choose."""
