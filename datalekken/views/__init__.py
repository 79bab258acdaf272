"""The pages of breaches: for who reports, and for who handles."""
