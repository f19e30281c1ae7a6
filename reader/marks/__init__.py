"""What the person did with articles: read, starred, kept for later; and how that is taken back.

Marks know articles by their identity alone, never by a row of the index. The content folder is never written.
"""

from reader.marks.jsonl import BadLine, ImportResult
from reader.marks.model import Change, History, MarkKind, State, Target
from reader.marks.store import Marks

__all__ = ["BadLine", "Change", "History", "ImportResult", "MarkKind", "Marks", "State", "Target"]
