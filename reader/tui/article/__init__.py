"""The article pane."""
