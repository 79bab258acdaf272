"""What is wrong around agreements: pure comparisons on given sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacyboard.vocabulary import Tone
from registers.rules.transfers import is_in_eea

NOTICE_DAYS = (30, 60, 90)
_SCHOOLS_NAMED = 3
_WORST_FIRST = (Tone.LATE, Tone.ATTENTION, Tone.CALM, Tone.DONE)


@dataclass(frozen=True)
class Flag:
    """One thing that needs somebody: what it is about, the sentence, the article, by when."""

    about: str
    sentence: str
    article: str
    tone: str = Tone.ATTENTION
    due: date | None = None


def worst_first(flags: Iterable[Flag]) -> list[Flag]:
    """The gravest first, and what ends soonest before what has no day."""
    return sorted(flags, key=rank)


def rank(flag: Flag) -> tuple[int, date]:
    """How grave, then how soon."""
    return _WORST_FIRST.index(Tone(flag.tone)), flag.due or date.max


def _names(schools: Iterable[str]) -> str:
    """The first three schools by name, and how many more."""
    names = sorted(schools)
    text = ", ".join(names[:_SCHOOLS_NAMED])
    more = len(names) - _SCHOOLS_NAMED
    if more <= 0:
        return text
    return text + ngettext(" en nog %d school", " en nog %d scholen", more) % more


def processor_without_agreement(*, about: str) -> Flag:
    """The register names a processor, and no agreement with it is valid (AVG 28(3))."""
    sentence = _("%(processor)s verwerkt gegevens zonder geldige overeenkomst.")
    return Flag(about, sentence % {"processor": about}, "AVG 28 lid 3", Tone.LATE)


def no_product_flag(*, about: str) -> Flag:
    """A valid agreement that names no product: nobody can tell what it is for (AVG 28(3))."""
    sentence = _("Overeenkomst %(about)s noemt geen product. Kies waarvoor zij geldt.")
    return Flag(about, sentence % {"about": about}, "AVG 28 lid 3")


def use_without_agreement(*, product: str, schools: Iterable[str]) -> Flag | None:
    """Schools that use a product which no valid agreement covers there (AVG 28(3))."""
    names = _names(schools)
    if not names:
        return None
    sentence = _("%(product)s wordt gebruikt zonder geldige overeenkomst: %(schools)s.")
    return Flag(
        product, sentence % {"product": product, "schools": names}, "AVG 28 lid 3", Tone.LATE
    )


def ending_flag(*, about: str, ends_on: date | None, on: date) -> Flag | None:
    """An agreement that ends within 90, 60 or 30 days, with its last day."""
    within = ending_within(ends_on, on)
    if ends_on is None or within is None:
        return None
    sentence = _("Overeenkomst %(about)s loopt af op %(day)s: binnen %(within)d dagen.")
    filled = {"about": about, "day": date_format(ends_on, "j F Y"), "within": within}
    return Flag(about, sentence % filled, "AVG 28 lid 3", Tone.ATTENTION, ends_on)


def ending_within(ends_on: date | None, on: date) -> int | None:
    """The notice that an end falls in: 30, 60 or 90 calendar days; nothing later or ended."""
    if ends_on is None or ends_on < on:
        return None
    left = (ends_on - on).days
    return next((days for days in NOTICE_DAYS if left <= days), None)


def data_outside(
    *, about: str, in_register: Iterable[str], in_agreement: Iterable[str]
) -> list[Flag]:
    """Data that the register says a processor gets, and its agreement or bijsluiter does not name.

    When neither names any data it is flagged as a whole.
    """
    named, agreed = set(in_register), set(in_agreement)
    if named and not agreed:
        sentence = _("De overeenkomst met %(about)s noemt niet welke gegevens het zijn.")
        return [Flag(about, sentence % {"about": about}, "AVG 28 lid 3")]
    sentence = _("Het register noemt “%(name)s”, de overeenkomst met %(about)s niet.")
    return [
        Flag(about, sentence % {"name": each, "about": about}, "AVG 28 lid 3")
        for each in sorted(named - agreed)
    ]


def purposes_outside(
    *, about: str, in_register: Iterable[str], in_agreement: Iterable[str]
) -> list[Flag]:
    """Purposes for which the register uses a processor, and its agreement does not name."""
    named, agreed = set(in_register), set(in_agreement)
    if named and not agreed:
        sentence = _("De overeenkomst met %(about)s noemt geen doelen.")
        return [Flag(about, sentence % {"about": about}, "AVG 28 lid 3")]
    sentence = _("Het register noemt doel “%(name)s”, de overeenkomst met %(about)s niet.")
    return [
        Flag(about, sentence % {"name": each, "about": about}, "AVG 28 lid 3")
        for each in sorted(named - agreed)
    ]


def subprocessor_flag(*, about: str, name: str, country: str, instrument: str) -> Flag | None:
    """A sub-processor outside the EEA needs an instrument (AVG 28(4), 44)."""
    if is_in_eea(country) or instrument:
        return None
    sentence = _("Subverwerker %(name)s zit buiten de EER (%(country)s) zonder instrument.")
    return Flag(about, sentence % {"name": name, "country": country}, "AVG 44", Tone.LATE)
