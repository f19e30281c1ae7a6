"""A fetch into an opened folder: feeds with the rules, marks and pruning that need the index. For both interfaces."""
