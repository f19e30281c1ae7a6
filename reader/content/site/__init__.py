"""The site that a content folder belongs to: facts about an article that come from the files around it.

These files settle its language, its web URL, and dates with two readings.
"""

from reader.content.site.folder import Site, open_site
from reader.content.site.language import language_code

__all__ = ["Site", "language_code", "open_site"]
