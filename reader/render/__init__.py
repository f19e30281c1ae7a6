"""Rendering of articles to styled lines: Rich renderables and segments, independent of Textual.

Takes sanitized text from files and returns it only as ``Text`` and ``Segment``, never as Rich markup.
"""
