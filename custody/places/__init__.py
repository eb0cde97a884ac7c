"""Where exhibits are and what weighs them: places under code names, and scales."""
