"""What is true of a request, on given values: no tables, no clock."""
