"""What breach files hold about a person: who reported, who was told, who was asked to do something.

Found by e-mail address, and by name where a name was written down. What people typed (what
happened, whose data it was) is not searched: the page says so, and a person reads those files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Lower, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from datalekken.choices import ToldRole
from datalekken.models import Breach, Measure, ToldPerson
from privacyboard.audit import collectors
from privacyboard.audit.collectors import Sought, rows
from privacyboard.organisation.choices import Right

Rows = Iterator[QuerySet[Any, Any]]
Told = dict[str, Any]


def _known(sought: Sought, sure: Q, *names: str) -> tuple[Q, Case]:
    """By address, and by name; and whether a record was found by the name alone."""
    found = sure
    if sought.name:
        for name in names:
            found |= Q(**{f"{name}__iexact": sought.name})
    by_name = Case(When(sure, then=Value(False)), default=Value(True), output_field=BooleanField())
    return found, by_name


def _said(sentence: str, told: Told) -> str:
    return f"{sentence} {_('Alleen de naam is gelijk.')}" if told["by_name"] else sentence


def reports(sought: Sought) -> Rows:
    """Reports that the person made; and how often what people typed was not searched."""
    seen = Breach.objects.visible_to(sought.reader).alias(
        lower_email=Lower("reporter_email"), lower_account=Lower("reporter__email")
    )
    sure = Q(lower_email__in=sought.emails) | Q(lower_account__in=sought.emails)
    found, by_name = _known(sought, sure, "reporter_name")
    yield rows(
        seen.filter(found).order_by("-reported_at", "-id"),
        on=TruncDate("reported_at"),
        number="number",
        by_name=by_name,
    )
    if sought.reader.standing.holds(Right.VIEW_BREACHES):
        typed = Breach.objects.visible_to(sought.reader).order_by().values(c_all=Value(1))
        yield rows(typed, on=Max(TruncDate("reported_at")), many=Count("*"))


def _say_report(told: Told) -> tuple[str, str] | None:
    if "many" in told:
        return _not_searched(told["many"])
    sentence = _("Melding van datalek %(number)s.") % told
    return _said(sentence, told), reverse("breach", args=[told["number"]])


def _not_searched(many: int) -> tuple[str, str] | None:
    if not many:
        return None
    words = ngettext(
        "Wat mensen zelf schreven in %(many)s dossier over een datalek is niet doorzocht. Lees het "
        "na als deze persoon erbij betrokken kan zijn.",
        "Wat mensen zelf schreven in %(many)s dossiers over datalekken is niet doorzocht. Lees "
        "ze na als deze persoon erbij betrokken kan zijn.",
        many,
    )
    return words % {"many": many}, reverse("breaches")


def letters(sought: Sought) -> Rows:
    """Letters about a breach to the person, or about a child of that name."""
    seen = ToldPerson.objects.to_handle(sought.reader).alias(lower_email=Lower("email"))
    found, by_name = _known(sought, Q(lower_email__in=sought.emails), "name", "about")
    yield rows(
        seen.filter(found).order_by("-made_at", "-id"),
        on=TruncDate("made_at"),
        number="breach__number",
        role="role",
        by_name=by_name,
    )


def _say_letter(told: Told) -> tuple[str, str]:
    words = {"number": told["number"], "role": ToldRole(told["role"]).label}
    sentence = _("Brief over datalek %(number)s: %(role)s.") % words
    return _said(sentence, told), reverse("breach", args=[told["number"]])


def measures(sought: Sought) -> Rows:
    """Measures that the person took care of."""
    seen = Measure.objects.visible_to(sought.reader).alias(lower_email=Lower("owner__email"))
    found, by_name = _known(sought, Q(lower_email__in=sought.emails), "owner_name")
    yield rows(
        seen.filter(found).order_by("-due_on", "-id"),
        on=F("due_on"),
        number="breach__number",
        by_name=by_name,
    )


def _say_measure(told: Told) -> tuple[str, str]:
    sentence = _("Maatregel na datalek %(number)s.") % told
    return _said(sentence, told), reverse("breach", args=[told["number"]])


def traces(sought: Sought) -> Rows:
    """How often the history of breach files names the person as who reported."""
    history: Any = Breach.history.order_by().alias(lower_email=Lower("reporter_email"))
    found = Q(lower_email__in=sought.emails)
    if Right.VIEW_CONFIDENTIAL_BREACHES not in sought.reader.standing.everywhere:
        found &= Q(id__in=Breach.objects.visible_to(sought.reader).values("pk"))
    yield rows(
        history.filter(found).values(c_all=Value(1)),
        on=Max(TruncDate("history_date")),
        many=Count("*"),
    )


def _say_traces(told: Told) -> tuple[str, str] | None:
    if not told["many"]:
        return None
    words = ngettext(
        "%(many)s regel in de geschiedenis van: datalekken.",
        "%(many)s regels in de geschiedenis van: datalekken.",
        told["many"],
    )
    return words % told, ""


def register_all() -> None:
    """Told once, when the app is ready; in the order in which a page shows them."""
    parts: Iterable[tuple[str, Any, collectors.Collector, collectors.Say]] = (
        ("breach reports", gettext_lazy("Meldingen van datalekken"), reports, _say_report),
        ("breach letters", gettext_lazy("Brieven over datalekken"), letters, _say_letter),
        ("breach measures", gettext_lazy("Maatregelen na datalekken"), measures, _say_measure),
        ("breach traces", gettext_lazy("Geschiedenis van datalekken"), traces, _say_traces),
    )
    for name, title, collector, say in parts:
        collectors.register(name, title=title, collector=collector, say=say)
