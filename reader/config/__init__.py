"""Settings, key bindings and saved searches: what the user configures."""
