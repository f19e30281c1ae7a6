"""Paths, atomic writes, locks and the small state files of newsreader."""
