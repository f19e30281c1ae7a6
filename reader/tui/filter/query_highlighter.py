"""The parts of a query in their styles, as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.highlighter import Highlighter

from reader.query.completion import spans

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style
    from rich.text import Text

    from reader.query.completion import Span, SpanKind

__all__ = ["QueryHighlighter"]


class QueryHighlighter(Highlighter):
    """Styles a query; which style a part has is asked for at every painting, since themes change."""

    def __init__(self, style_of: Callable[[SpanKind], Style]) -> None:
        self._style_of = style_of
        # A text is painted several times between two keys.
        self._text = ""
        self._spans: list[Span] = []

    def highlight(self, text: Text) -> None:
        """Style the parts of a query."""
        if text.plain != self._text:
            self._text, self._spans = text.plain, spans(text.plain)
        for span in self._spans:
            text.stylize(self._style_of(span.kind), span.start, span.end)
