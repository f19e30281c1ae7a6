"""User configuration: settings, key bindings and saved searches."""
