"""``make run``: the whole house on one machine, with its own PostgreSQL."""
