"""Feeds: fetching, subscribing and unsubscribing in the background, and showing the results."""
