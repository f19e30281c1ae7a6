"""What the person did with articles: read, starred, kept for later; and how that is taken back.

Marks know articles by their identity alone, never by a row of the index. The content folder is never written.
"""

from reader.marks.lines import BadLine, ImportResult
from reader.marks.store import Marks
from reader.marks.values import Change, History, MarkKind, State, Target

__all__ = ["BadLine", "Change", "History", "ImportResult", "MarkKind", "Marks", "State", "Target"]
