"""Looking back: trails as people read them, and rows held against a replay of their events."""
