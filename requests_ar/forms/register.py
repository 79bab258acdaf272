"""Which part of the register of requests somebody wants to see."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import WatchDays
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from requests_ar.choices import RequestKind, RequestState
from requests_ar.models import RequestPart
from requests_ar.rules.states import OPEN

BOARD = "bestuur"
STATES = {
    "": _("alle"),
    "open": _("open"),
    "overdue": _("te laat, nog open"),
    "in_time": _("op tijd beantwoord"),
    "late": _("te laat beantwoord"),
    "withdrawn": _("ingetrokken"),
}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Vul een datum in, zoals 2-3-2026.")},
    )


class RegisterFilterForm(WatchDays, forms.Form):
    """Filters in the address: nothing chosen is everything."""

    school = forms.ChoiceField(label=_("School"), required=False)
    soort = forms.ChoiceField(
        label=_("Soort"), required=False, choices=[("", _("alle")), *RequestKind.choices]
    )
    stand = forms.ChoiceField(label=_("Stand"), required=False, choices=list(STATES.items()))
    van = _day(_("Ontvangen vanaf"))
    tot = _day(_("Ontvangen tot en met"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = School.objects.where(user, Right.VIEW_REQUESTS)
        choices = [(each.slug, each.name) for each in schools.only("slug", "name")]
        field: Any = self.fields["school"]
        field.choices = [("", _("alle")), (BOARD, _("hele bestuur")), *choices]

    def clean(self) -> dict[str, Any] | None:
        """A period begins before it ends."""
        cleaned = super().clean()
        first, last = self.cleaned_data.get("van"), self.cleaned_data.get("tot")
        if first and last and first > last:
            self.add_error("tot", _("Deze dag ligt voor de eerste dag."))
        return cleaned

    def narrow(self, requests: QuerySet[Any], *, today: date) -> QuerySet[Any]:
        """The requests that were asked; call it on a form that is valid."""
        chosen = self.cleaned_data
        found = requests
        if chosen["school"] == BOARD:
            found = found.filter(school__isnull=True)
        elif chosen["school"]:
            found = found.filter(school__slug=chosen["school"])
        if chosen["soort"]:
            parts = RequestPart.objects.filter(request=OuterRef("pk"), kind=chosen["soort"])
            found = found.filter(Exists(parts))
        if chosen["van"]:
            found = found.filter(received_on__gte=chosen["van"])
        if chosen["tot"]:
            found = found.filter(received_on__lte=chosen["tot"])
        match chosen["stand"]:
            case "open":
                return found.filter(state__in=OPEN)
            case "overdue":
                return found.filter(state__in=OPEN, last_day__lt=today)
            case "in_time":
                return found.filter(answered_on__lte=F("last_day"))
            case "late":
                return found.filter(answered_on__gt=F("last_day"))
            case "withdrawn":
                return found.filter(state=RequestState.WITHDRAWN)
        return found

    def in_words(self) -> list[str]:
        """What was chosen, for above a list or a file."""
        found = []
        for name in ("school", "soort", "stand"):
            field: Any = self.fields[name]
            if self.cleaned_data[name]:
                found.append(f"{field.label}: {dict(field.choices)[self.cleaned_data[name]]}")
        for name, words in (("van", _now("vanaf")), ("tot", _now("tot en met"))):
            if day := self.cleaned_data[name]:
                told = {"words": words, "day": f"{day:%d-%m-%Y}"}
                found.append(_now("Ontvangen %(words)s %(day)s") % told)
        return found
