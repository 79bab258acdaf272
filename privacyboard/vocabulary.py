"""Words that the whole house shares. No tables, no clock."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Language(TextChoices):
    """The languages in which people are written to."""

    DUTCH = "nl", _("Nederlands")
    ENGLISH = "en", _("Engels")


class FamilyLanguage(TextChoices):
    """The languages in which families can be written to; each in its own words."""

    DUTCH = "nl", "Nederlands"
    ENGLISH = "en", "English"
    TURKISH = "tr", "Türkçe"
    ARABIC = "ar", "العربية"
    POLISH = "pl", "Polski"
    UKRAINIAN = "uk", "Українська"


# The other languages are off until the board has had its texts checked.
ALWAYS_ON = frozenset({FamilyLanguage.DUTCH, FamilyLanguage.ENGLISH})
RIGHT_TO_LEFT = frozenset({FamilyLanguage.ARABIC})


class Tone(TextChoices):
    """How urgent something is; the stylesheet gives each its colour and its word."""

    CALM = "calm", _("rustig")
    ATTENTION = "attention", _("let op")
    LATE = "late", _("te laat")
    DONE = "done", _("klaar")


@dataclass(frozen=True)
class WorkItem:
    """Something that needs somebody: one sentence, one act, and by when.

    `subject` is the heading it stands under on a long page.
    """

    sentence: str
    url: str
    act_label: str
    tone: str = Tone.CALM
    due: date | None = None
    subject: str = field(default="", compare=False)


@dataclass(frozen=True)
class CalendarDay:
    """A day in somebody's calendar: no names. `key` stays the same when the day moves."""

    key: str
    title: str
    day: date
    url: str
