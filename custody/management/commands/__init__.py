"""Commands: parse arguments, call a room."""
