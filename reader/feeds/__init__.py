"""Feeds: subscriptions, fetching, and new entries as article files. The only package that uses the network."""
