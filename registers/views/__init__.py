"""The pages of the register outside the admin."""
