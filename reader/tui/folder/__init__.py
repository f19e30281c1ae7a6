"""Watching the folder and keeping the index in sync with it."""
