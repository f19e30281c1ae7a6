"""Writing of entries as article files: Markdown, front matter, file names and atomic writes."""
