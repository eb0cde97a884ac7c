"""The ledger: an append-only log of events, each chained to its subject's last, each a leaf of one tree."""
