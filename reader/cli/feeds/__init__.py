"""Commands for feeds, and the rules that decide which entries are written."""
