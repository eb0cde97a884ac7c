"""What the law lets happen: destruction orders, holds, and the gate before anything irreversible."""
