"""Commands and the config file: the settings in force, and the folder that a command leaves out."""
