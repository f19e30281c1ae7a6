"""Feeds: fetching, subscribing and unsubscribing in the background, and the results."""
