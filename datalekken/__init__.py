"""Personal data breaches (AVG 33, 34): from the report to the closed file."""
