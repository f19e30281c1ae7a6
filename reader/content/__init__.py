"""A folder of files -> articles: what is there (``scan``), and what one file says (``load``).

Importing this costs little: the parsers are imported when the first file with front matter is read.
"""

from reader.content.load import Loaded, load
from reader.content.scan import Found, Place, find_place, scan

__all__ = ["Found", "Loaded", "Place", "find_place", "load", "scan"]
