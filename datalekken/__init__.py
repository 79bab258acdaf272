"""Personal data breaches (art. 33, 34): part 4 moves in here."""
