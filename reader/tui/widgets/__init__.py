"""General-purpose widgets. They do not depend on articles or the index."""
