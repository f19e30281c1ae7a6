"""Dates of articles: ``parse_date`` reads a value, the other functions the name or path of a file.

The modules for times, zones and free forms are imported only when a date is not plain ISO 8601.
"""

from reader.content.dates.parse import date_from_filename, date_from_path, is_ambiguous, is_zero_date, parse_date

__all__ = ["date_from_filename", "date_from_path", "is_ambiguous", "is_zero_date", "parse_date"]
