"""newsreader: a terminal news reader for a folder of articles. This module holds the version and imports nothing."""

__version__ = "0.1.0"
