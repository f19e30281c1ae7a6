"""What the person did with articles: read, starred, kept for later; and how that is taken back.

Marks know articles by their identity alone, never by a row of the index. The content folder is never written.
"""

from reader.marks.jsonl import ImportResult, InvalidLine
from reader.marks.model import MarkChange, MarkKind, MarkState, MarkTarget, UndoStack
from reader.marks.store import MarkStore

__all__ = ["ImportResult", "InvalidLine", "MarkChange", "MarkKind", "MarkState", "MarkStore", "MarkTarget", "UndoStack"]
