"""The TUI in a web browser: a server that starts a reader in its own terminal for each visitor."""
