"""Chain of custody for seized narcotics: one Django app, with a room per concern inside it."""
