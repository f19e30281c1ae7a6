"""The command line: what was asked is read into a Request, answered from a Library, and written as lines."""
