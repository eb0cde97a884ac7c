"""Adopting from a file whatever decides: for who runs the installation, and for who governs an agency."""
