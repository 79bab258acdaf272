"""For whom and in which language a statement is written, and which activities it covers."""

from __future__ import annotations

from dataclasses import dataclass

from privacyboard.vocabulary import Language
from registers.choices import ActsAs, Audience
from registers.content import ActivityContent


@dataclass(frozen=True)
class Edition:
    """One audience and language. `word` is its place in addresses: the parents' one has none."""

    audience: str
    language: str
    word: str

    @property
    def is_english(self) -> bool:
        """Whether the words of the lists are taken in English."""
        return self.language == Language.ENGLISH

    @property
    def is_short(self) -> bool:
        """Whether it is the first layer only, which leads to the full statement."""
        return self.audience == Audience.PUPILS


PARENTS = Edition(Audience.PARENTS.value, Language.DUTCH.value, "")
EDITIONS = (
    PARENTS,
    Edition(Audience.PUPILS.value, Language.DUTCH.value, "leerlingen"),
    Edition(Audience.STAFF.value, Language.DUTCH.value, "medewerkers"),
    Edition(Audience.PARENTS.value, Language.ENGLISH.value, "en"),
)

_STAFF = frozenset({"staff", "applicants"})
_PUPILS = frozenset({"pupils"})


def edition_of(audience: str, language: str) -> Edition | None:
    """The edition for an audience in a language; nothing where none is written."""
    return next(
        (each for each in EDITIONS if (each.audience, each.language) == (audience, language)), None
    )


def concerns(content: ActivityContent, audience: str) -> bool:
    """Whether an activity stands in the statement for this audience.

    What is done for another controller (AVG 30(2)) stands in that one's statement, not in ours.
    """
    if content.acts_as == ActsAs.PROCESSOR:
        return False
    groups = {line.group.code for line in content.data}
    if audience == Audience.STAFF:
        return bool(groups & _STAFF)
    if audience == Audience.PUPILS:
        return bool(groups & _PUPILS)
    return not groups or not groups <= _STAFF
