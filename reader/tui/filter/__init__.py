"""The filter: an input line for a query, with completion."""
