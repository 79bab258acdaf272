"""What breach files must forget, and every field of them that holds data of a person.

The row of a breach stays, with what the register counts: its number, schools, kind, times, risk,
number of people, and whether and when the AP and the people were told (AVG 33(5)). Nothing in it
tells any more whose data it was, who reported it, or who worked on it.
"""

from datalekken.retention.cases import register_all
from datalekken.retention.fields import PERSONAL, Fate

__all__ = ["PERSONAL", "Fate", "register_all"]
