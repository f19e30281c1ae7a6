"""Files that do not begin with fenced front matter: heads of other kinds, exports, and text without any metadata.

Each module reads one family of heads into the same FrontMatter value as ``content.frontmatter``, so that one table of
keys serves them all. A text is metadata only if it cannot be prose.
"""
