"""Where drugs are burnt: permits of plants, crews, vehicles, and the sessions in which it happens."""
