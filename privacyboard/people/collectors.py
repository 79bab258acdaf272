"""What the list of pupils and parents holds about a person: as pupil, parent or teacher.

Found by e-mail address, by number, and by name; a name with a day of birth leaves out pupils who
were born on another day. The reader is told of people whom this user may read in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import JSONObject, Lower, NullIf, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from privacyboard.audit import collectors
from privacyboard.audit.collectors import Sought, rows
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Guardian, Guardianship, Placement, Pupil, Teacher, User

Rows = Iterator[QuerySet[Any, Any]]
Told = dict[str, Any]


def _whole_name() -> Func:
    """First name, infix and last name, as a person writes them."""
    parts = [NullIf(each, Value("")) for each in ("first_name", "infix", "last_name")]
    return Func(Value(" "), *parts, function="concat_ws", output_field=TextField())


def _found(sought: Sought, sure: Q, *, born: bool = False) -> tuple[Q, Case]:
    """Who is found surely, or by name; and whether it was by the name alone."""
    found = sure
    if sought.name:
        alike = Q(whole_name__iexact=sought.name)
        if born and sought.born_on:
            alike &= Q(born_on=sought.born_on) | Q(born_on=None)
        found |= alike
    by_name = Case(When(sure, then=Value(False)), default=Value(True), output_field=BooleanField())
    return found, by_name


def _said(sentence: str, told: Told) -> str:
    return f"{sentence} {_('Alleen de naam is gelijk.')}" if told["by_name"] else sentence


def _pupils(reader: User) -> QuerySet[Any, Any]:
    """Those whom the reader may read in full."""
    found: QuerySet[Any, Any] = Pupil.objects.at(reader, Right.VIEW_PEOPLE)
    return found


def _many(rows_of: Any, name: str) -> ArraySubquery:
    return ArraySubquery(rows_of.objects.filter(**{name: OuterRef("pk")}).values("pk"))


def pupils(sought: Sought) -> Rows:
    """The person as a pupil, by address, number or name."""
    seen = _pupils(sought.reader).alias(lower_email=Lower("email"), whole_name=_whole_name())
    sure = Q(lower_email__in=sought.emails) | Q(key__in=sought.keys) | Q(eck_id__in=sought.keys)
    found, by_name = _found(sought, sure, born=True)
    yield rows(
        seen.filter(found).order_by("sort_name", "id"),
        on=F("arrived_on"),
        pk="pk",
        key="key",
        school="school__name",
        places=_many(Placement, "pupil"),
        ties=_many(Guardianship, "pupil"),
        by_name=by_name,
    )


def _say_pupil(told: Told) -> tuple[str, str]:
    words = {
        "key": told["key"],
        "school": told["school"],
        "groups": ngettext("%(many)s groep", "%(many)s groepen", len(told["places"]))
        % {"many": len(told["places"])},
        "ties": ngettext(
            "%(many)s ouder of verzorger", "%(many)s ouders of verzorgers", len(told["ties"])
        )
        % {"many": len(told["ties"])},
    }
    sentence = _("Leerling %(key)s van %(school)s, met %(groups)s en %(ties)s.") % words
    return _said(sentence, told), reverse("people_pupil", args=[told["pk"]])


def guardians(sought: Sought) -> Rows:
    """The person as a parent; of children whom the reader does not read nothing is told."""
    seen = Guardian.objects.visible_to(sought.reader).alias(whole_name=_whole_name())
    emails = sorted(sought.emails)
    sure = Q(email__in=emails) | Q(other_emails__overlap=emails) | Q(key__in=sought.keys - {""})
    found, by_name = _found(sought, sure)
    ties = Guardianship.objects.visible_to(sought.reader).filter(guardian=OuterRef("pk"))
    yield rows(
        seen.filter(found).order_by("sort_name", "id"),
        on=Value(None),
        pk="pk",
        children=ArraySubquery(
            ties.order_by("pupil__sort_name", "id").values(
                data=JSONObject(
                    first="pupil__first_name",
                    infix="pupil__infix",
                    last="pupil__last_name",
                    school="pupil__school__name",
                )
            )
        ),
        by_name=by_name,
    )


def _say_guardian(told: Told) -> tuple[str, str]:
    children = ", ".join(
        " ".join(part for part in (each["first"], each["infix"], each["last"]) if part)
        + f" ({each['school']})"
        for each in told["children"]
    )
    sentence = _("Ouder of verzorger van %(who)s.") % {"who": children or _("niemand meer")}
    return _said(sentence, told), reverse("people_guardian", args=[told["pk"]])


def teachers(sought: Sought) -> Rows:
    """The person as a teacher of groups, as the school's own system knows them."""
    seen = Teacher.objects.visible_to(sought.reader).alias(whole_name=_whole_name())
    found, by_name = _found(sought, Q(email__in=sought.emails) | Q(key__in=sought.keys))
    yield rows(
        seen.filter(found).order_by("sort_name", "id"),
        on=Value(None),
        school="school__name",
        by_name=by_name,
    )


def _say_teacher(told: Told) -> tuple[str, str]:
    return _said(_("Leerkracht van %(school)s.") % told, told), reverse("people_groups")


def traces(sought: Sought) -> Rows:
    """How often the history of these records names the person, by address or number."""
    reader, emails = sought.reader, sorted(sought.emails)
    other = Q(email__in=emails) | Q(other_emails__overlap=emails)
    for model, found, seen in (
        (Pupil, Q(lower_email__in=emails) | Q(key__in=sought.keys), _pupils(reader)),
        (Guardian, other, Guardian.objects.visible_to(reader)),
        (Teacher, Q(email__in=emails), Teacher.objects.visible_to(reader)),
    ):
        history: Any = model.history.order_by()
        if model is Pupil:
            history = history.alias(lower_email=Lower("email"))
        if Right.VIEW_PEOPLE not in reader.standing.everywhere:
            found &= Q(id__in=seen.values("pk"))
        yield rows(
            history.filter(found).values(c_all=Value(1)),
            on=Max(TruncDate("history_date")),
            many=Count("*"),
            what=Value(str(model._meta.verbose_name_plural)),
        )


def _say_traces(told: Told) -> tuple[str, str] | None:
    if not told["many"]:
        return None
    words = ngettext(
        "%(many)s regel in de geschiedenis van: %(what)s.",
        "%(many)s regels in de geschiedenis van: %(what)s.",
        told["many"],
    )
    return words % told, ""


def register_all() -> None:
    """Told once, when the app is ready; in the order in which a page shows them."""
    parts: Iterable[tuple[str, Any, collectors.Collector, collectors.Say]] = (
        ("people pupils", gettext_lazy("Lijst van leerlingen"), pupils, _say_pupil),
        ("people guardians", gettext_lazy("Lijst van ouders"), guardians, _say_guardian),
        ("people teachers", gettext_lazy("Lijst van leerkrachten"), teachers, _say_teacher),
        ("people traces", gettext_lazy("Geschiedenis van de lijsten"), traces, _say_traces),
    )
    for name, title, collector, say in parts:
        collectors.register(name, title=title, collector=collector, say=say)
