"""Commands and the config file: the current settings, and the default folder of a command."""
