"""An oracle for queries: evaluates them on articles in plain Python, slow and obvious, without SQL.

Shares only the splitting and folding of words with the program (``reader.text``).
"""

from __future__ import annotations

import calendar
import itertools
import operator
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from reader.article import is_date_only
from reader.query.ast import And, Compare, Expr, Flag, Match, Not, Or, Range, Regex, TextValue
from reader.query.dates import CalendarDate, RelativeDate
from reader.text import fold, reading_minutes, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from query_fixture import Item

    from reader.article import Article
    from reader.query import Query, SortKey
    from reader.query.ast import QueryContext
    from reader.query.dates import Clock, DateExpr


def expected_paths(query: Query, items: Sequence[Item], asked: QueryContext) -> list[str]:
    """Return the paths that a query finds, in its order; a sort by relevance is ignored."""
    found = [item.article for item in items if query.expr is None or _Evaluator(item, asked).finds(query.expr)]
    found.sort(key=lambda article: article.path.encode("utf-8", "surrogateescape"))
    found.sort(key=lambda article: -_stamp(article))
    for key in reversed(query.sort or asked.default_sort):
        _sort(found, key)
    return [article.path for article in found[: query.limit]]


def _stamp(article: Article) -> float:
    return float("-inf") if article.published_at is None else article.published_at.timestamp()


def _updated(article: Article) -> float:
    return float("-inf") if article.updated_at is None else article.updated_at.timestamp()


def _sort(found: list[Article], key: SortKey) -> None:
    highest_first = {
        "date": _stamp,
        "updated": _updated,
        "quality": lambda article: article.quality,
        "heat": lambda article: article.heat,
    }
    a_to_z = {"title": lambda article: fold(article.title), "provider": lambda article: fold(article.provider.name)}
    value: Callable[[Article], float | str | None] = {**highest_first, **a_to_z}.get(key.key, lambda _: None)
    there = [article for article in found if value(article) not in {None, "", float("-inf")}]
    missing = [article for article in found if value(article) in {None, "", float("-inf")}]
    # A reversed sort in Python is stable too, as required here.
    there.sort(key=value, reverse=(key.key in highest_first) != key.reverse)  # type: ignore[arg-type] # never None here
    found[:] = there + missing


_COMPARISONS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class _Evaluator:
    """An evaluator of queries on one article."""

    item: Item
    asked: QueryContext

    def finds(self, expr: Expr) -> bool:
        if isinstance(expr, Not):
            return not self.finds(expr.operand)
        if isinstance(expr, And | Or):
            return (all if isinstance(expr, And) else any)(self.finds(part) for part in expr.operands)
        match expr:
            case Match():
                return any(self._matches(expr.field, value) for value in expr.values)
            case Compare():
                return self._compares(expr)
            case Range():
                return self._lies_between(expr)
            case Flag():
                return any(self._is(f"{expr.field}:{name}") for name in expr.names)

    def _matches(self, field: str, value: TextValue | Regex) -> bool:
        article = self.item.article
        if isinstance(value, Regex):
            texts = {"title": [article.title], "excerpt": [article.excerpt]}.get(
                field, [article.title, article.excerpt]
            )
            return any(re.search(value.pattern.replace("É", "e"), fold(text)) for text in texts)
        if field in _columns(article) or field == "":
            columns = _columns(article)
            values = columns[field] if field else itertools.chain.from_iterable(columns.values())
            return not split_words(value.text) or any(_has_phrase(text, value) for text in values)
        if field == "url":
            return any(_url_part(value.text) in fold(url) for url in (article.original_url, article.web_url))
        if field == "path":
            return fold(value.text) in fold(article.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        if field in {"provider", "domain"}:
            return _is_provider(article, field, value)
        return any(_is_name(name, value, field) for name in _names(article, field))

    def _compares(self, expr: Compare) -> bool:
        compare = _COMPARISONS[expr.operator]
        if isinstance(expr.value, CalendarDate | RelativeDate):
            side = _side(_moment(self.item.article, expr.field), expr.value, self.asked.clock)
            return side is not None and bool(compare(side, 0))
        number = _number(self.item.article, expr.field)
        return number is not None and bool(compare(number, expr.value))

    def _lies_between(self, expr: Range) -> bool:
        low, high, clock = expr.low, expr.high, self.asked.clock
        if expr.field in {"date", "updated"}:
            moment = _moment(self.item.article, expr.field)
            assert not isinstance(low, float)
            assert not isinstance(high, float)
            if low and high and _local(low, clock)[0] > _local(high, clock)[0]:
                low, high = high, low
            sides = [_side(moment, end, clock) if end else 0 for end in (low, high)]
            if moment is None or sides[0] is None or sides[1] is None:
                return False
            return sides[0] >= 0 and sides[1] <= 0
        number = _number(self.item.article, expr.field)
        ends = [end for end in (low, high) if isinstance(end, float)]
        if number is None:
            return False
        return (low is None or number >= min(ends)) and (high is None or number <= max(ends))

    def _is(self, flag: str) -> bool:
        article, new_since = self.item.article, self.asked.new_since
        return {
            "is:unread": "read" not in self.item.marks,
            "is:read": "read" in self.item.marks,
            "is:starred": "starred" in self.item.marks,
            "is:later": "later" in self.item.marks,
            "is:new": new_since is not None and self.item.added > new_since,
            "is:draft": article.draft,
            "is:published": not article.draft,
            "is:secured": article.secured,
            "is:unreadable": article.unreadable,
            "has:url": bool(article.url),
            "has:related": bool(article.related),
            "has:image": bool(article.images),
            "has:body": bool(article.body),
            "has:date": article.published_at is not None,
            "has:updated": article.updated_at is not None,
            "has:series": bool(article.series),
            "has:quality": article.quality is not None,
            "has:heat": article.heat is not None,
            "has:topic": bool(article.topics),
            "has:problem": self.item.problems > 0,
        }[flag]


def _columns(article: Article) -> dict[str, tuple[str, ...]]:
    return {
        "title": (article.title,),
        "excerpt": (article.excerpt,),
        "body": (article.body,),
        "author": (*article.authors, *article.translators),
        "name and domain": (article.provider.name, article.provider.domain),
        "topics": article.topics,
    }


def _has_phrase(text: str, value: TextValue) -> bool:
    wanted, there = split_words(value.text), split_words(text)
    if not wanted:
        return True
    for at in range(len(there) - len(wanted) + 1):
        *whole, last = there[at : at + len(wanted)]
        if whole == wanted[:-1] and (last.startswith(wanted[-1]) if value.prefix else last == wanted[-1]):
            return True
    return False


def _names(article: Article, field: str) -> tuple[str, ...]:
    if field in {"topic", "series", "feed"}:
        return {"topic": article.topics, "series": article.series, "feed": article.feeds}[field]
    return ({"category": article.category, "type": article.type, "lang": article.language}[field],)


def _is_name(name: str, value: TextValue, field: str = "") -> bool:
    there, wanted = fold(name), fold(value.text)
    if not there:
        return False
    if value.prefix:
        return there.startswith(wanted)
    return there == wanted or (field == "lang" and there.startswith((fold(value.text + "-"), fold(value.text + "_"))))


def _is_provider(article: Article, field: str, value: TextValue) -> bool:
    name, domain = fold(article.provider.name), fold(article.provider.domain)
    if field == "provider" and _is_name(name, value):
        return True
    wanted = fold(value.text).removeprefix("www.")
    if not article.provider or (field == "domain" and not domain):
        return False
    if value.prefix:
        return domain.startswith(wanted)
    if field == "provider" and "." not in value.text:
        return False
    return f".{domain}".endswith(f".{wanted}")


def _url_part(text: str) -> str:
    bare = re.sub(r"^https?://(www\.)?", "", fold(text))
    return bare.removesuffix("/") or fold(text) if bare != fold(text) else fold(text)


def _number(article: Article, field: str) -> float | None:
    return {
        "quality": article.quality,
        "heat": article.heat,
        "related": len(article.related),
        "images": len(article.images),
        "minutes": reading_minutes(article.body) or None,
    }[field]


def _moment(article: Article, field: str) -> datetime | None:
    return article.updated_at if field == "updated" else article.published_at


def _side(stated: datetime | None, moment: DateExpr, clock: Clock) -> int | None:
    """Return -1, 0 or 1 for the date of an article before, within or after a period, in local time."""
    if stated is None:
        return None
    zone = UTC if isinstance(moment, CalendarDate) and moment.utc else clock.zone
    is_days = moment.unit != "h" if isinstance(moment, RelativeDate) else moment.hour is None
    if is_days and is_date_only(stated):
        zone = UTC  # no time was given: the day is the same everywhere
    shown = stated.astimezone(zone).replace(tzinfo=None)
    start, end = _local(moment, clock)
    return -1 if shown < start else int(end is not None and shown >= end)


def _local(moment: DateExpr, clock: Clock) -> tuple[datetime, datetime | None]:
    """Return the first second of a period and the first after it, in local time."""
    if isinstance(moment, RelativeDate):
        return _local_ago(moment, clock)
    start = datetime(moment.year, moment.month or 1, moment.day or 1, moment.hour or 0, moment.minute or 0)  # noqa: DTZ001 - wall clock
    if moment.month is None:
        return start, start.replace(year=start.year + 1)
    if moment.day is None:
        return start, (start + timedelta(days=31)).replace(day=1)
    if moment.hour is None:
        return start, start + timedelta(days=1)
    return start, start + (timedelta(hours=1) if moment.minute is None else timedelta(minutes=1))


def _local_ago(ago: RelativeDate, clock: Clock) -> tuple[datetime, datetime]:
    now = clock.now.astimezone(clock.zone).replace(tzinfo=None)
    if ago.unit == "h":
        start = now - timedelta(hours=ago.count)
        return start, start + timedelta(seconds=1)
    today = now.date()
    if ago.unit in {"d", "w"}:
        day = today - timedelta(days=ago.count * {"d": 1, "w": 7}[ago.unit])
    else:
        day = _months_before(today, ago.count * {"m": 1, "y": 12}[ago.unit])
    start = datetime.combine(day, datetime.min.time())
    return start, start + timedelta(days=1)


def _months_before(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
