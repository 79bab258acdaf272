"""Requests from data subjects (art. 15 to 22): part 3 moves in here."""
