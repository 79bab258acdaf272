"""What people type about a complaint."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fields import only_when
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from requests_ar.actions.complaints import Filed
from requests_ar.choices import Channel, RemedyBody
from requests_ar.models import SubjectRequest
from requests_ar.rules.complaints import CONCLUSIONS

_DAY_ERRORS = {
    "required": _("Vul een datum in."),
    "invalid": _("Vul een datum in, zoals 2-3-2026."),
}


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=_DAY_ERRORS)


def _text(label: Any, error: Any = "", *, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=10_000,
        error_messages={"required": error} if error else {},
        **options,
    )


class ComplaintForm(WatchForBsn, WatchDays, forms.Form):
    """A complaint as it came in, typed over by staff."""

    received_on = _day(_("Ontvangen op"))
    channel = forms.ChoiceField(label=_("Hoe ontvangen"), choices=Channel)
    school = forms.ModelChoiceField(
        label=_("School"),
        queryset=School.objects.none(),
        required=False,
        empty_label=_("het hele bestuur"),
    )
    request_number = forms.CharField(
        label=_("Gaat over verzoek"),
        required=False,
        max_length=20,
        help_text=_("Het nummer van het verzoek, als de klacht daarover gaat."),
    )
    name = forms.CharField(
        label=_("Naam van de klager"),
        max_length=200,
        error_messages={"required": _("Vul de naam van de klager in.")},
    )
    email = forms.EmailField(
        max_length=254,
        label=_("E-mailadres van de klager"),
        required=False,
        help_text=_("Dan krijgt de klager bericht met het nummer en de verdere weg."),
        error_messages={"invalid": _("Dit is geen e-mailadres. Voorbeeld: naam@voorbeeld.nl.")},
    )
    text = _text(_("De klacht"), _("Schrijf op wat de klacht is."))
    first_body = forms.ChoiceField(
        label=_("Bij wie ligt de klacht nu?"), choices=RemedyBody, initial=RemedyBody.DIRECTOR
    )
    first_reason = only_when(
        _("alleen als u een stap van de klachtenregeling overslaat"),
        forms.CharField(
            label=_("Waarom niet eerst bij de directeur?"),
            required=False,
            max_length=300,
        ),
    )
    is_confidential = forms.BooleanField(
        label=_("Vertrouwelijk: alleen FG, IBP-manager en wie wordt aangewezen"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        school: Any = self.fields["school"]
        school.queryset = School.objects.where(user, Right.HANDLE_REQUESTS)
        if Right.HANDLE_REQUESTS not in user.standing.everywhere:
            school.required = True
            school.empty_label = None
        if Right.VIEW_CONFIDENTIAL_REQUESTS not in user.standing.everywhere:
            del self.fields["is_confidential"]

    def clean_request_number(self) -> SubjectRequest | None:
        """The request of this number; one that this person may not read does not exist."""
        number = self.cleaned_data["request_number"].strip()
        if not number:
            return None
        found: SubjectRequest | None = (
            SubjectRequest.objects.visible_to(self.user).filter(number__iexact=number).first()
        )
        if found is None:
            raise forms.ValidationError(_("Dit nummer kennen wij niet. Kijk het na."))
        return found

    def filed(self) -> Filed:
        """What was typed, for the act."""
        values = dict(self.cleaned_data)
        return Filed(request=values.pop("request_number"), **values)


class TakeToForm(WatchForBsn, WatchDays, forms.Form):
    """The complaint goes to another body."""

    body = forms.ChoiceField(label=_("Naar wie gaat de klacht?"), choices=RemedyBody)
    began_on = _day(_("Sinds"))
    reason = only_when(
        _("alleen als u een stap van de klachtenregeling overslaat"),
        forms.CharField(
            label=_("Reden"),
            required=False,
            max_length=300,
        ),
    )


class EndStepForm(WatchForBsn, WatchDays, forms.Form):
    """A body is done with the complaint."""

    ended_on = _day(_("Afgerond op"))
    result = _text(_("Resultaat"), _("Schrijf op wat er is gezegd of besloten."), rows=3)


class ConcludeForm(WatchForBsn, WatchDays, forms.Form):
    """The outcome for the board."""

    outcome = forms.ChoiceField(
        label=_("Uitkomst"),
        choices=[(each.value, each.label) for each in CONCLUSIONS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe de klacht is afgelopen.")},
    )
    outcome_text = only_when(
        _("nodig als er over de klacht is geoordeeld"),
        _text(_("Uitleg"), required=False, help_text=_("Dit staat in de brief aan de klager.")),
    )
    closed_on = _day(_("Afgesloten op"))


class GuardForm(WatchForBsn, forms.Form):
    """Why a complaint is closed to others, or opened again."""

    reason = forms.CharField(
        label=_("Waarom"),
        max_length=300,
        error_messages={"required": _("Schrijf op waarom u dit doet.")},
    )


class NamePersonForm(forms.Form):
    """Who else may open a confidential complaint: somebody with an account."""

    email = forms.EmailField(
        max_length=254,
        label=_("E-mailadres van het account"),
        error_messages={
            "required": _("Vul het e-mailadres in van wie de klacht mag zien."),
            "invalid": _("Dit is geen e-mailadres. Voorbeeld: naam@voorbeeld.nl."),
        },
    )

    def clean_email(self) -> str:
        """The address of an account that is open; the account itself comes as `user`."""
        email: str = self.cleaned_data["email"].strip().lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("Er is geen account met dit e-mailadres."))
        self.user = user
        return email
