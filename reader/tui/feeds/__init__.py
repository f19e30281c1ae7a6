"""Feeds: fetching, subscribing and unsubscribing in the background, and what became of it."""
