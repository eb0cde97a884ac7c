"""A worked example: the Antwerp autumn of 2023, planned day by day under several assumptions."""
