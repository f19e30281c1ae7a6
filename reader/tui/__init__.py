"""The screen: panes that are given values and post messages, and the app that wires them."""
