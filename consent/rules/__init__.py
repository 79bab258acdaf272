"""What holds, for how long, and what an answer is. Pure: no tables, no clock."""
