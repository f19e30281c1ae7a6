"""Reading of a feed document: bytes and headers to a ``Feed`` of values. Opens no file and no connection."""

from reader.feeds.reading.document import NotAFeedError, parse_feed
from reader.feeds.reading.values import Enclosure, Entry, Feed, Picture

__all__ = ["Enclosure", "Entry", "Feed", "NotAFeedError", "Picture", "parse_feed"]
