"""Writing of entries as article files: Markdown, front matter, names and atomic files."""
