"""The record's own rules: values, limits and the table of states. No I/O."""
