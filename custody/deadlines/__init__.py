"""The fast lane: which clocks run on what, and who is told when one runs out."""
