"""What was seized: seizures, exhibits, seals; their lifecycle and the fold that makes rows of events."""
