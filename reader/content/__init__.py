"""A folder of files -> articles: what is there (``scan``), and what one file says (``load_file``).

Importing this costs little: the parsers are imported when the first file with front matter is read.
"""

from reader.content.load import LoadResult, load_file
from reader.content.scan import ContentRoot, FileStamp, ScannedFile, get_stamp, resolve_root, scan

__all__ = ["ContentRoot", "FileStamp", "LoadResult", "ScannedFile", "get_stamp", "load_file", "resolve_root", "scan"]
