"""Sampling: how many units to examine, which ones, and what can be stated of the whole afterwards."""
