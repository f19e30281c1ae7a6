"""Events that only the filter room reacts to; those that cross rooms are in ``reader.tui.events``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.events import Event

if TYPE_CHECKING:
    from reader.tui.filter.completion import NameIndex, NameRequest, Offer

__all__ = ["CandidatesDue", "CandidatesOffered", "FilterEntered", "ListIdle", "NamesReady", "NamesWanted"]


class FilterEntered(Event, frozen=True):
    """The filter line got the focus."""


class NamesWanted(Event, frozen=True):
    """Completion needs names."""

    wanted: NameRequest


class NamesReady(Event, frozen=True):
    """The names for a request were looked up."""

    wanted: NameRequest
    names: NameIndex


class CandidatesOffered(Event, frozen=True):
    """The filter line has other candidates, or none any more."""

    offer: Offer


class CandidatesDue(Event, frozen=True):
    """The list has been queried, if necessary, for the text of the candidates."""


class ListIdle(Event, frozen=True):
    """The list is not being queried."""
