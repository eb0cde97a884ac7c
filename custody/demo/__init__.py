"""The worked example: one port, one month, made by the same acts that people use, over simulated time."""
