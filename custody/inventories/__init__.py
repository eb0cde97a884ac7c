"""Inventories: what stands at a place held against the record, by somebody who does not keep it and is not told."""
