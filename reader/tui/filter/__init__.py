"""The filter: a line to type a query into, with completion."""
