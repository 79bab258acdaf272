"""What this app holds about a person: what a pupil's file says, and what somebody answered.

A pupil is found by number, address or name; a parent by address or name. What a parent answered
about a child is data of both: it is told with each, and a person weighs what the other may read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.aggregates import BoolAnd
from django.db.models import BooleanField, Case, Count, F, Max, Q, QuerySet, Value, When
from django.db.models.functions import Lower, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consent.models import Answer, CleanUp, Invitation, PhotoCheck
from privacyboard.audit import collectors
from privacyboard.audit.collectors import Sought, rows
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardian, Pupil
from privacyboard.organisation.rules import sort_key

Rows = Iterator[QuerySet[Any, Any]]
Told = dict[str, Any]


def pupils_sought(sought: Sought) -> Any:
    """Pupils that this may be; a name leaves out who was born on another day."""
    found = Q(lower_email__in=sought.emails) | Q(key__in=sought.keys)
    if sought.name:
        named = _named(sought.name)
        if sought.born_on:
            named &= Q(born_on__isnull=True) | Q(born_on=sought.born_on)
        found |= named
    seen = Pupil.objects.at(sought.reader, Right.VIEW_CONSENT)
    return seen.alias(lower_email=Lower("email")).filter(found).order_by()


def guardians_sought(sought: Sought) -> Any:
    """Guardians that this may be; who has a day of birth is no guardian by name alone."""
    emails = list(sought.emails)
    found = Q(email__in=emails) | Q(other_emails__overlap=emails)
    if sought.name and not sought.born_on:
        found |= _named(sought.name)
    return Guardian.objects.filter(found).order_by()


def _named(name: str) -> Q:
    """First name, infix and last name, in whatever order the sorting key has them."""
    first, _space, rest = name.partition(" ")
    keys = {sort_key(f"{rest} {first}"), sort_key(name)}
    last = rest.rpartition(" ")
    if last[0]:
        keys.add(sort_key(f"{last[2]} {first} {last[0]}"))
    return Q(sort_name__in=keys)


def of_pupils(sought: Sought) -> Rows:
    """Answers about a pupil, one line for each pupil."""
    seen = Answer.objects.visible_to(sought.reader)
    found = seen.filter(pupil__in=pupils_sought(sought).values("pk")).order_by()
    sure = Q(pupil__key__in=sought.keys) | Q(lower_email__in=sought.emails)
    yield rows(
        found.alias(lower_email=Lower("pupil__email")).values("pupil"),
        on=Max(TruncDate("at")),
        pupil=F("pupil"),
        many=Count("*"),
        by_name=_by_name(sure),
    )


def _by_name(sure: Q) -> BoolAnd:
    """Whether a record was found by the name alone: a name is no proof."""
    named = Case(When(sure, then=Value(False)), default=Value(True), output_field=BooleanField())
    return BoolAnd(named)


def _said(sentence: str, told: Told) -> str:
    return f"{sentence} {_('Alleen de naam is gelijk.')}" if told["by_name"] else sentence


def _say_pupil(told: Told) -> tuple[str, str]:
    words = ngettext(
        "%(many)s antwoord over toestemming in het dossier van een leerling.",
        "%(many)s antwoorden over toestemming in het dossier van een leerling.",
        told["many"],
    )
    return _said(words % told, told), reverse("consent_pupil", args=[told["pupil"]])


def by_guardians(sought: Sought) -> Rows:
    """Answers that a parent gave, one line for each pupil."""
    seen = Answer.objects.visible_to(sought.reader)
    emails = list(sought.emails)
    found = seen.filter(guardian__in=guardians_sought(sought).values("pk")).order_by()
    sure = Q(guardian__email__in=emails) | Q(guardian__other_emails__overlap=emails)
    yield rows(
        found.values("pupil"),
        on=Max(TruncDate("at")),
        pupil=F("pupil"),
        many=Count("*"),
        by_name=_by_name(sure),
    )


def _say_guardian(told: Told) -> tuple[str, str]:
    words = ngettext(
        "%(many)s antwoord dat deze persoon gaf voor een leerling.",
        "%(many)s antwoorden die deze persoon gaf voor een leerling.",
        told["many"],
    )
    return _said(words % told, told), reverse("consent_pupil", args=[told["pupil"]])


def around(sought: Sought) -> Rows:
    """Invitations, clean-ups and pictures that name the person."""
    pupils = pupils_sought(sought).values("pk")
    people = Q(pupil__in=pupils) | Q(guardian__in=guardians_sought(sought).values("pk"))
    asked = Invitation.objects.visible_to(sought.reader).filter(people).order_by("-made_at", "-id")
    yield rows(asked, on=TruncDate("made_at"), kind=F("because"), pupil=F("pupil"))
    tasks = CleanUp.objects.visible_to(sought.reader).filter(pupil__in=pupils)
    yield rows(tasks.order_by("-since", "-id"), on=F("since"), why=F("why"), pupil=F("pupil"))
    shown = PhotoCheck.pupils.through._base_manager.filter(pupil__in=pupils)
    pictures = PhotoCheck.objects.visible_to(sought.reader).filter(
        pk__in=shown.values("photocheck")
    )
    yield rows(pictures.order_by("-asked_at", "-id"), on=TruncDate("asked_at"), picture=F("pk"))


def _say_around(told: Told) -> tuple[str, str]:
    url = reverse("consent_pupil", args=[told["pupil"]]) if told.get("pupil") else ""
    if "kind" in told:
        return _("Uitnodiging om te antwoorden over toestemming."), url
    if "why" in told:
        return _("Taak om iets weg te halen na een antwoord."), url
    return _("Foto-check met deze leerling."), ""


def register_all() -> None:
    """Told once, when the app is ready; in the order in which a page shows them."""
    parts: tuple[tuple[str, Any, collectors.Collector, collectors.Say], ...] = (
        ("consent pupils", gettext_lazy("Toestemmingen van een leerling"), of_pupils, _say_pupil),
        ("consent parents", gettext_lazy("Antwoorden van een ouder"), by_guardians, _say_guardian),
        ("consent around", gettext_lazy("Rond toestemming"), around, _say_around),
    )
    for name, title, collector, say in parts:
        collectors.register(name, title=title, collector=collector, say=say)
