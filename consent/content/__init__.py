"""Content kept as plain data."""
