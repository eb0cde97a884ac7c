"""Exchange with other systems: trails as EPCIS 2.0, seizures in and out as tables."""
