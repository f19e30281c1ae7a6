"""Discovery of the feed for a URL that the user pasted: known sites, links on the page, and common locations."""
