"""The sidebar: saved searches, states and facets with their counts."""
