"""Speed, as ratios between two things timed in one run: `make bench` prints them."""
