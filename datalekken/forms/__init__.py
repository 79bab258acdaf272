"""What people type about breaches."""
