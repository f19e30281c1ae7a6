"""The disposable search index: its database, the sync with the content folder, and queries over it."""
