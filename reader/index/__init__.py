"""The disposable search index: its database, its sync with the content folder, and queries over it."""
