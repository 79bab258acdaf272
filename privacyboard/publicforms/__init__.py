"""What every form without an account shares: a pause against floods, and no more."""
