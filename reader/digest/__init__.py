"""Digests: several articles as one document in Markdown, HTML or EPUB. Opens no article."""
