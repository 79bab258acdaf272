"""What people may type: a module for each desk."""
