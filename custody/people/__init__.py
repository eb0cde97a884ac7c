"""Who acts: agencies, their units, officers, and what each role may do."""
