"""The terminal driver, and garbage collection while the UI is idle."""
