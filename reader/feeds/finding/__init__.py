"""Finding the feed of an address as people paste it: known sites, the links of a page, and the usual places."""
