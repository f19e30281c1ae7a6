"""newsreader: a terminal news reader for folders of articles. This module holds the version and imports nothing."""

__version__ = "0.1.0"
