"""User marks on articles (read, starred, read later), and their undo.

Marks refer to articles only by identity, never by a row of the index. The content folder is never written.
"""

from reader.marks.jsonl import ImportResult, InvalidLine
from reader.marks.model import MarkChange, MarkKind, MarkState, MarkTarget, UndoStack
from reader.marks.store import MarkStore

__all__ = ["ImportResult", "InvalidLine", "MarkChange", "MarkKind", "MarkState", "MarkStore", "MarkTarget", "UndoStack"]
