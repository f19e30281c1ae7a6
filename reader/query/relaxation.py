"""Relaxation of a query to ignore marks, so that it also finds rows that only marks exclude."""

from __future__ import annotations

from msgspec.structs import replace

from reader.query.ast import And, Expr, Flag, Not, Or, Query, all_of, any_of, negate

__all__ = ["ignoring_marks"]

_MARKS = frozenset({"read", "unread", "starred", "later"})


def ignoring_marks(query: Query) -> Query:
    """Return a query for everything that this one could find if the marks were different.

    A query that does not depend on marks is returned unchanged.
    """
    if query.expr is None:
        return query
    wide = _wide(query.expr)
    return query if wide == query.expr else replace(query, expr=wide)


def _wide(expr: Expr) -> Expr | None:
    """Return an expression for what matches under some marks; None for everything."""
    match expr:
        case Flag(field="is", names=names):
            return None if _MARKS.intersection(names) else expr
        case Not(operand=operand):
            narrow = _narrow(operand)
            return None if narrow is None else negate(narrow)
        case And(operands=operands):
            parts = tuple(part for part in map(_wide, operands) if part is not None)
            return all_of(parts) if parts else None
        case Or(operands=operands):
            wide = tuple(map(_wide, operands))
            found = tuple(part for part in wide if part is not None)
            return any_of(found) if len(found) == len(wide) else None
        case _:
            return expr


def _narrow(expr: Expr) -> Expr | None:
    """Return an expression for what matches under all marks; None for nothing."""
    match expr:
        case Flag(field="is", names=names):
            rest = tuple(name for name in names if name not in _MARKS)
            return Flag("is", rest) if rest else None
        case Not(operand=operand):
            wide = _wide(operand)
            return None if wide is None else negate(wide)
        case And(operands=operands):
            narrow = tuple(map(_narrow, operands))
            found = tuple(part for part in narrow if part is not None)
            return all_of(found) if len(found) == len(narrow) else None
        case Or(operands=operands):
            parts = tuple(part for part in map(_narrow, operands) if part is not None)
            return any_of(parts) if parts else None
        case _:
            return expr
