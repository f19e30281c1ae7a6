"""Parsing of feed documents: bytes and headers to a ``Feed`` value. Opens no files or connections."""

from reader.feeds.reading.document import NotAFeedError, parse_feed
from reader.feeds.reading.values import Enclosure, Entry, Feed, Picture

__all__ = ["Enclosure", "Entry", "Feed", "NotAFeedError", "Picture", "parse_feed"]
