"""A folder of files -> articles: what is there (``scan``), and what one file says (``load``).

Importing this costs little: the parsers are imported when the first file with front matter is read.
"""

from reader.content.load import Loaded, load
from reader.content.scan import Found, Place, Stamp, find_place, scan, stamp_of

__all__ = ["Found", "Loaded", "Place", "Stamp", "find_place", "load", "scan", "stamp_of"]
