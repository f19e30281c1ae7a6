"""User marks on articles (read, starred, read later), and their undo.

Marks belong to records of articles, never to rows of the index. A record finds its article by path, URL and content.
Nothing here writes to the content folder.
"""

from reader.marks.jsonl import ImportResult, InvalidLine
from reader.marks.model import (
    MarkChange,
    MarkKind,
    MarkState,
    MarkTarget,
    Place,
    Settlement,
    Traits,
    UndoStack,
)
from reader.marks.store import MarkStore

__all__ = [
    "ImportResult",
    "InvalidLine",
    "MarkChange",
    "MarkKind",
    "MarkState",
    "MarkStore",
    "MarkTarget",
    "Place",
    "Settlement",
    "Traits",
    "UndoStack",
]
