"""Pages of destruction lists."""
