"""What ``newsreader config`` tells: where the files are, and the settings in force."""
