"""The REST door: what other systems call."""
