"""Queries compiled to SQL over the tables of the index."""
