"""Widgets that know nothing of news."""
