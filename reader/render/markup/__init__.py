"""Parsing of articles' markup to tokens: Markdown with the additions of site generators, HTML, reStructuredText.

Tokens are markdown-it's, limited to the few types that ``render.markdown`` draws.
"""
