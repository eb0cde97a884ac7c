"""Photographs and documents, kept under the hash of their bytes and named by events."""
