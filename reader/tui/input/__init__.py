"""Keys to actions: the keyboard, the input queue and the commands."""
