"""What people may type about pupils and parents, and about files with them."""
