"""Markup of articles to tokens: Markdown with what site generators add to it, HTML and reStructuredText.

Tokens are markdown-it's, of a few types that ``render.markdown`` draws.
"""
