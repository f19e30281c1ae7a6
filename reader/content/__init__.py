"""Content folders: ``scan`` lists the files, ``load_file`` parses one into an article.

Cheap to import: the parsers are imported only for the first file with front matter.
"""

from reader.content.load import LoadResult, load_file, load_files, read_texts
from reader.content.opening import leads_outside
from reader.content.scan import (
    DEFAULT_OPTIONS,
    ContentRoot,
    FileStamp,
    ReadOptions,
    ScannedFile,
    exclude_unlisted,
    get_stamp,
    resolve_root,
    scan,
)

__all__ = [
    "DEFAULT_OPTIONS",
    "ContentRoot",
    "FileStamp",
    "LoadResult",
    "ReadOptions",
    "ScannedFile",
    "exclude_unlisted",
    "get_stamp",
    "leads_outside",
    "load_file",
    "load_files",
    "read_texts",
    "resolve_root",
    "scan",
]
