"""Pages about pupils, parents, classes, and files with them."""
