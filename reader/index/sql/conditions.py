"""SQL condition for each kind of term, over one row of ``article``; never NULL, even for missing values."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from reader.index.sql.parts import EVERYTHING, SqlFragment, Words, joined
from reader.index.text import TEXT_INDEX
from reader.query.ast import ANYWHERE, Compare, Flag, Match, Range, Regex, TextValue
from reader.query.dates import CalendarDate, Clock, DateExpr, Period, RelativeDate, resolve_period
from reader.query.fields import is_text_field
from reader.query.lexer import is_web_address
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reader.index.sql.parts import Part

__all__ = ["comparison", "flags", "match_any", "range_between"]


def _any(parts: Sequence[SqlFragment]) -> SqlFragment:
    if len(parts) == 1:
        return parts[0]
    sql = " OR ".join(part.sql for part in parts)
    params = tuple(param for part in parts for param in part.params)
    return SqlFragment(f"({sql})", params, max(part.levels for part in parts) + 1)


# --- Numbers and dates

_NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "quality": "article.quality",
        "heat": "article.heat",
        "related": "article.related_count",
        "images": "article.image_count",
        "minutes": "nullif(article.minutes, 0)",
    }
)


_DATES: Mapping[str, str] = MappingProxyType({"date": "article.published", "updated": "article.updated"})


def comparison(expr: Compare, clock: Clock) -> SqlFragment:
    """Return the condition for a comparison."""
    match expr.value:
        case CalendarDate() | RelativeDate() as moment:
            return _date(_DATES[expr.field], expr.operator, resolve_period(moment, clock))
        case number:
            return _within(_NUMBERS[expr.field], ((expr.operator, number),))


def range_between(expr: Range, clock: Clock) -> SqlFragment:
    """Return the condition for a range, whose ends can be in either order."""
    if expr.field in _DATES:
        column = _DATES[expr.field]
        low, high = _period(expr.low, clock), _period(expr.high, clock)
        if low and high and low.start > high.start:
            low, high = high, low
        ends = ([_from_start(column, low)] if low else []) + ([_before_end(column, high)] if high else [])
        return _all_dated(column, *ends)
    bounds = [end for end in (expr.low, expr.high) if isinstance(end, float)]
    low_end = None if expr.low is None else min(bounds)
    high_end = None if expr.high is None else max(bounds)
    return _within(_NUMBERS[expr.field], ((">=", low_end), ("<=", high_end)))


def _period(moment: float | DateExpr | None, clock: Clock) -> Period | None:
    return resolve_period(moment, clock) if isinstance(moment, CalendarDate | RelativeDate) else None


def _date(column: str, operator: str, named: Period) -> SqlFragment:
    match operator:
        case ">":
            return _all_dated(column, _from(column, named.end, named.next_day))
        case "<=":
            return _all_dated(column, _before_end(column, named))
        case "=":
            return _all_dated(column, _from_start(column, named), _before_end(column, named))
        case "!=":
            outside = (_before(column, named.start, named.first_day), _from(column, named.end, named.next_day))
            return _all_dated(column, _any(outside))
        case "<":
            return _all_dated(column, _before(column, named.start, named.first_day))
        case _:
            return _all_dated(column, _from_start(column, named))


def _from_start(column: str, named: Period) -> SqlFragment:
    return _from(column, named.start, named.first_day)


def _before_end(column: str, named: Period) -> SqlFragment:
    return _before(column, named.end, named.next_day)


# Dates without a time are stored as midnight UTC, and no time zone is a day away from UTC. So at most one such date
# lies between a bound in the user's time zone and the same bound for days, and only if the latter is the earlier. It is
# the latter itself, which can also be the time of an article that has one.


def _from(column: str, second: int, day: int) -> SqlFragment:
    if day >= second:
        return SqlFragment(f"{column} >= ?", (second,))
    sql = f"({column} >= ? AND ({column} >= ? OR {column} = ? AND {column}_date_only))"
    return SqlFragment(sql, (day, second, day), 2)


def _before(column: str, second: int, day: int) -> SqlFragment:
    if day >= second:
        return SqlFragment(f"{column} < ?", (second,))
    return SqlFragment(f"({column} < ? AND NOT ({column} = ? AND {column}_date_only))", (second, day))


def _all_dated(column: str, *parts: SqlFragment) -> SqlFragment:
    sql = " AND ".join((f"{column} IS NOT NULL", *(part.sql for part in parts)))
    params = tuple(param for part in parts for param in part.params)
    return SqlFragment(f"({sql})", params, max((part.levels for part in parts), default=0) + 1)


def _within(column: str, bounds: tuple[tuple[str, float | None], ...]) -> SqlFragment:
    present = [(operator, value) for operator, value in bounds if value is not None]
    tests = "".join(f" AND {column} {operator} ?" for operator, _ in present)
    return SqlFragment(f"({column} IS NOT NULL{tests})", tuple(value for _, value in present))


# --- Flags

# Starts from the marks, which are few, rather than from the articles.
_MARKED = "article.mark_key IN (SELECT mark_key FROM marks.mark WHERE {}_at IS NOT NULL)"
_IN_SERIES = "SELECT article_id FROM article_label WHERE label_id IN (SELECT id FROM label WHERE kind = 'series')"
_FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "is:unread": f"(NOT {_MARKED.format('read')})",
        "is:read": _MARKED.format("read"),
        "is:starred": _MARKED.format("starred"),
        "is:later": _MARKED.format("later"),
        "is:draft": "article.draft = 1",
        "is:published": "article.draft = 0",
        "is:secured": "article.secured = 1",
        "is:unreadable": "article.unreadable = 1",
        "has:url": "article.has_url = 1",
        "has:related": "article.related_count > 0",
        "has:image": "article.image_count > 0",
        "has:body": "article.body_size > 0",
        "has:date": "article.published IS NOT NULL",
        "has:updated": "article.updated IS NOT NULL",
        "has:quality": "article.quality IS NOT NULL",
        "has:heat": "article.heat IS NOT NULL",
        "has:topic": "article.topic_count > 0",
        "has:series": f"article.id IN ({_IN_SERIES})",
        "has:problem": "article.problem_count > 0",
    }
)


def flags(expr: Flag, new_since: int | None) -> SqlFragment:
    """Return the condition for ``is:`` or ``has:``. If ``new_since`` is None, nothing is new."""
    parts = [_flag(f"{expr.field}:{name}", new_since) for name in dict.fromkeys(expr.names)]
    sql = " OR ".join(part.sql for part in parts)
    return SqlFragment(f"({sql})", tuple(param for part in parts for param in part.params), 2)


def _flag(name: str, new_since: int | None) -> SqlFragment:
    if name == "is:new":
        return SqlFragment("0") if new_since is None else SqlFragment("article.added > ?", (new_since,))
    return SqlFragment(_FLAGS[name])


# --- Words, names and substrings


def match_any(expr: Match) -> Part:
    """Return the condition that any of the values matches the field."""
    if is_text_field(expr.field):
        return _words(expr)
    texts = [value for value in expr.values if isinstance(value, TextValue)]
    return _TEXTS[expr.field](texts)


def _words(expr: Match) -> Part:
    match = TEXT_INDEX.match(expr)
    if match is not None:
        return Words(match)
    parts: list[Part] = []
    for value in expr.values:
        if isinstance(value, Regex):
            parts.append(_pattern(expr.field, value))
        else:
            match = TEXT_INDEX.match(Match(expr.field, (value,)))
            # A value without words does not narrow the result.
            parts.append(EVERYTHING if match is None else Words(match))
    return joined("OR", parts)


def _pattern(field: str, value: Regex) -> SqlFragment:
    columns = ("title", "excerpt") if field == ANYWHERE else (field,)
    tests = " OR ".join(f"regex_found(?, {column})" for column in columns)
    params = (value.pattern,) * len(columns)
    return SqlFragment(f"article.id IN (SELECT id FROM entry WHERE {tests})", params, scans_texts=True)


def _keys(column: str, texts: Sequence[TextValue]) -> SqlFragment:
    """Return the condition that a folded name equals one of the texts, or begins with a prefix among them."""
    whole = [fold(text.text) for text in texts if not text.prefix]
    parts = [SqlFragment(f"{column} IN ({', '.join('?' * len(whole))})", tuple(whole))] if whole else []
    for text in texts:
        if text.prefix:
            # From the prefix up to the prefix plus the last of all characters: SQLite can use an index for a range.
            begin = fold(text.text)
            parts.append(SqlFragment(f"({column} >= ? AND {column} < ?)", (begin, begin + "\U0010ffff")))
    sql = " OR ".join(part.sql for part in parts)
    return SqlFragment(f"({sql})", tuple(param for part in parts for param in part.params))


def _labels(kind: str) -> Callable[[Sequence[TextValue]], SqlFragment]:
    """Return the condition for a field of which an article can have several values."""

    def condition(texts: Sequence[TextValue]) -> SqlFragment:
        keys = _keys("key", texts)
        labels = f"SELECT id FROM label WHERE kind = '{kind}' AND {keys.sql}"
        return SqlFragment(
            f"article.id IN (SELECT article_id FROM article_label WHERE label_id IN ({labels}))", keys.params
        )

    return condition


def _label(kind: str, column: str) -> Callable[[Sequence[TextValue]], SqlFragment]:
    def condition(texts: Sequence[TextValue]) -> SqlFragment:
        keys = _keys("key", texts)
        return _in_table(column, f"SELECT id FROM label WHERE kind = '{kind}' AND {keys.sql}", keys.params)

    return condition


def _in_table(column: str, select: str, params: tuple[object, ...]) -> SqlFragment:
    return SqlFragment(f"(article.{column} IS NOT NULL AND article.{column} IN ({select}))", params)


def _languages(texts: Sequence[TextValue]) -> SqlFragment:
    """Return the condition for languages, including their regions: en also finds en-GB and en_US."""
    regions = [TextValue(text.text + sign, prefix=True) for text in texts if not text.prefix for sign in "-_"]
    return _label("language", "language_id")([*texts, *regions])


def _providers(texts: Sequence[TextValue]) -> SqlFragment:
    # Compare only text that looks like a domain with domains: "AI" is a name, not all of .ai.
    domains = _domain_tests([text for text in texts if "." in text.text or text.prefix])
    keys = _keys("name_key", texts)
    tests = keys.sql + "".join(f" OR {test.sql}" for test in domains)
    params = keys.params + tuple(param for test in domains for param in test.params)
    return _in_table("provider_id", f"SELECT id FROM provider WHERE {tests}", params)


def _domains(texts: Sequence[TextValue]) -> SqlFragment:
    domains = _domain_tests(texts)
    tests = " OR ".join(test.sql for test in domains)
    params = tuple(param for test in domains for param in test.params)
    return _in_table("provider_id", f"SELECT id FROM provider WHERE domain <> '' AND ({tests})", params)


def _domain_tests(texts: Sequence[TextValue]) -> list[SqlFragment]:
    return [
        SqlFragment("domain_matches(domain, ?, ?)", (fold(text.text).removeprefix("www."), int(text.prefix)))
        for text in texts
    ]


def _urls(texts: Sequence[TextValue]) -> SqlFragment:
    tests = " OR ".join("fold_contains(original_url, ?) OR fold_contains(coalesce(web_url, ''), ?)" for _ in texts)
    needles = tuple(needle for text in texts for needle in (_url_needle(text.text),) * 2)
    return SqlFragment(f"article.id IN (SELECT id FROM entry WHERE {tests})", needles, scans_texts=True)


def _url_needle(text: str) -> str:
    """Return the substring to search for: a complete URL without its scheme, www. and trailing slash."""
    if not is_web_address(text):
        return fold(text)
    return fold(text.partition("://")[2]).removeprefix("www.").removesuffix("/") or fold(text)


def _paths(texts: Sequence[TextValue]) -> SqlFragment:
    return _any([SqlFragment("fold_contains(article.path, ?)", (fold(text.text),)) for text in texts])


_TEXTS: Mapping[str, Callable[[Sequence[TextValue]], SqlFragment]] = MappingProxyType(
    {
        "topic": _labels("topic"),
        "series": _labels("series"),
        "feed": _labels("feed"),
        "category": _label("category", "category_id"),
        "type": _label("type", "type_id"),
        "lang": _languages,
        "provider": _providers,
        "domain": _domains,
        "url": _urls,
        "path": _paths,
    }
)
