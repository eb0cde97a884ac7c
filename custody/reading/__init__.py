"""The read log: who saw what, when, and why (directive (EU) 2016/680, article 25)."""
