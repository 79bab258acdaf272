"""Destruction of data that are kept in other systems: when, of what, and by which steps. Pure."""
