"""What every activity of this board is held against, read in a fixed number of queries."""

from privacyboard.organisation.models import Board
from registers.models.publicity import FallenInstrument
from registers.models.versions import PublishedStatement
from registers.rules.situation import Situation


def read_situation() -> Situation:
    """The board's nature, the instruments that fell, and what the published statements cover."""
    authority = Board.objects.values_list("is_public_authority", flat=True).first()
    fallen = FallenInstrument.objects.values_list("instrument", "country")
    statements = PublishedStatement.objects.in_force().values_list("content", flat=True)
    covered = {
        process["code"]
        for content in statements
        for chapter in content["chapters"]
        for process in chapter["processes"]
    }
    return Situation(
        is_public_authority=bool(authority),
        fallen=frozenset(fallen),
        published=frozenset(covered) if covered else None,
    )
