"""Articles to styled lines: Rich renderables and segments, nothing of the screen's library.

What a file says arrives here as clean text and leaves as ``Text`` and ``Segment`` only, never as markup.
"""
