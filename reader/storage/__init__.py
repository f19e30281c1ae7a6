"""Paths, atomic writes, locks and small state files of newsreader."""
