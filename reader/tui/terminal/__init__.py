"""The terminal driver and garbage collection between keys."""
