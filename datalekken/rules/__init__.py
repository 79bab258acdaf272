"""What holds for breaches, decided on given values: no tables, no clock."""
