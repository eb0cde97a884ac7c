"""What ``make bench`` runs. Ratios against a reference in the same run; absolute times of a shared machine mean nothing."""
