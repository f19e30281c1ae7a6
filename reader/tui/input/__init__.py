"""Keyboard input: the queue of keys, their dispatch, and the actions they run."""
