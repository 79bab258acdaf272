"""Which part of the register of breaches somebody wants to see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from datalekken.choices import IncidentKind, Nature, NoticeMet, TargetMet, TermKept, Told
from datalekken.letters.register import BOARD, JUDGED
from privacyboard.backoffice.fields import Day
from privacyboard.backoffice.forms import WatchDays
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", _("alle")), *choices.choices]
    )


class RegisterFilterForm(WatchDays, forms.Form):
    """Filters in the address: nothing chosen is everything."""

    van = Day(label=_("Gemeld vanaf"), required=False)
    tot = Day(label=_("Gemeld tot en met"), required=False)
    school = forms.ChoiceField(label=_("School"), required=False)
    soort = _choice(_("Soort"), IncidentKind)
    wat = _choice(_("Wat het is"), Nature)
    termijn = _choice(_("Termijn van de AP"), TermKept)
    intern = _choice(_("Binnen school"), TargetMet)
    verwerker = _choice(_("Verwerker"), NoticeMet)
    verteld = _choice(_("Vertellen"), Told)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = School.objects.where(user, Right.VIEW_BREACHES)
        self.with_board = Right.VIEW_BREACHES in user.standing.everywhere
        choices = [(each.slug, each.name) for each in self.schools.only("slug", "name")]
        board = [(BOARD, _("hele bestuur"))] if self.with_board else []
        field: Any = self.fields["school"]
        field.choices = [("", _("alle")), *board, *choices]

    def clean(self) -> dict[str, Any] | None:
        """A period begins before it ends."""
        cleaned = super().clean()
        first, last = self.cleaned_data.get("van"), self.cleaned_data.get("tot")
        if first and last and first > last:
            self.add_error("tot", _("Deze dag ligt voor de eerste dag."))
        return cleaned

    def narrow(self, breaches: Any) -> QuerySet[Any, Any]:
        """The judged breaches that were asked; call it on a form that is valid."""
        chosen = self.cleaned_data
        found = breaches
        if chosen["school"] == BOARD:
            found = found.filter(schools__isnull=True)
        elif chosen["school"]:
            found = found.filter(pk__in=_touched(chosen["school"]))
        exact = {
            column: chosen[word]
            for word, column in (
                ("soort", "kind"),
                ("wat", "nature"),
                *((word, column) for word, (column, _values) in JUDGED.items()),
            )
            if chosen[word]
        }
        if chosen["van"]:
            exact["reported_at__date__gte"] = chosen["van"]
        if chosen["tot"]:
            exact["reported_at__date__lte"] = chosen["tot"]
        narrowed: QuerySet[Any, Any] = found.filter(**exact)
        return narrowed

    def in_words(self) -> list[str]:
        """What was chosen, for above a list or a file."""
        found = []
        chosen: dict[str, Any] = dict(self.fields)
        for name, field in chosen.items():
            value = self.cleaned_data[name]
            if value and isinstance(field, forms.ChoiceField):
                found.append(f"{field.label}: {dict(chosen[name].choices)[value]}")
        for name, words in (("van", _now("vanaf")), ("tot", _now("tot en met"))):
            if day := self.cleaned_data[name]:
                told = {"words": words, "day": f"{day:%d-%m-%Y}"}
                found.append(_now("Gemeld %(words)s %(day)s") % told)
        return found


def _touched(slug: str) -> Any:
    return School.objects.filter(slug=slug).values("breaches")
