"""Files without fenced front matter at the start: other kinds of heads, exports, and text without any metadata.

Each module reads one family of heads into the FrontMatter value that ``content.frontmatter`` also returns, so one table
of keys serves them all. Text counts as metadata only if it cannot be prose.
"""
