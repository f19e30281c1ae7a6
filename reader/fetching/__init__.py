"""Fetching into an open folder: feeds plus the rules, marks and pruning that need the index. For CLI and TUI."""
