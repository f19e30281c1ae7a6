"""The terminal UI: panes that receive values and post messages, and the app that connects them."""
