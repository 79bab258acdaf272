"""Consent per purpose and per year: part 5 moves in here."""
