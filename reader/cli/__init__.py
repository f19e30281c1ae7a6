"""Command-line interface: parses arguments into ParsedArgs, queries a Library and prints the results as lines."""
