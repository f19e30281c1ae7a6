"""The TUI in a web browser: a server that starts a reader, in a terminal of its own, for each visitor."""
