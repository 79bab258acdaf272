"""A pupil, a parent, and how the one stands for the other."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, only_when
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.organisation.choices import GuardianKind
from privacyboard.organisation.models import Group, Guardian, Guardianship, School, User
from privacyboard.people.rules.facts import GuardianFacts, PupilFacts, Tie
from privacyboard.vocabulary import FamilyLanguage

SOMEBODY_ELSE = "nieuw"


def _name(label: Any, most: int = 100, **named: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, **named)


def _email(label: Any, **named: Any) -> forms.EmailField:
    errors = {"invalid": _("Dit is geen e-mailadres. Vul het in als naam@voorbeeld.nl.")}
    return forms.EmailField(
        label=label, required=False, max_length=254, error_messages=errors, **named
    )


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Taal"),
        choices=FamilyLanguage.choices,
        initial=FamilyLanguage.DUTCH,
        help_text=_("In deze taal schrijven wij, als het bestuur die taal gebruikt."),
    )


class PupilFields(forms.Form):
    """What a school writes down about a pupil."""

    key = forms.CharField(
        label=_("Leerlingnummer"),
        max_length=256,
        help_text=_("Het nummer uit het leerlingsysteem van de school, nooit het BSN."),
        error_messages={"required": _("Vul het leerlingnummer in.")},
    )
    first_name = only_when(_("niet nodig als u een achternaam invult"), _name(_("Roepnaam")))
    infix = _name(_("Tussenvoegsel"), 30)
    last_name = only_when(_("niet nodig als u een roepnaam invult"), _name(_("Achternaam")))
    born_on = Day(
        label=_("Geboortedatum"),
        required=False,
        help_text=_("Hieruit volgt wanneer de leerling 16 wordt en zelf beslist."),
    )
    email = _email(
        _("E-mailadres van de leerling"),
        help_text=_("Van de leerling zelf. Vanaf 16 jaar schrijven wij daarheen."),
    )
    language = _language()
    arrived_on = Day(label=_("Op school sinds"), required=False)

    @property
    def facts(self) -> PupilFacts:
        """What was typed, as the acts take it."""
        names = PupilFacts.__dataclass_fields__
        return PupilFacts(
            **{name: value for name, value in self.cleaned_data.items() if name in names}
        )


class PupilForm(CaseForm, PupilFields):
    """The same of a pupil who is there."""

    has_curator = forms.BooleanField(
        label=_("Onder curatele of mentorschap"),
        required=False,
        help_text=_("Is dat zo, dan beslist ook vanaf 16 jaar de vertegenwoordiger."),
    )


class NewPupilForm(WatchForBsn, WatchDays, PupilFields):
    """A pupil whom no file brought."""

    school = forms.ModelChoiceField(
        label=_("School"),
        queryset=School.objects.none(),
        error_messages={
            "required": _("Kies de school."),
            "invalid_choice": _("Kies een school uit de lijst."),
        },
    )
    field_order = ("school",)

    def __init__(self, *given: Any, schools: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["school"]
        field.queryset = schools
        if len(schools) == 1:
            field.initial, field.empty_label = schools[0].pk, None


class LeaveForm(CaseForm):
    """The first day without this school."""

    on = Day(
        label=_("Van school vanaf"),
        help_text=_("De eerste dag dat de leerling hier niet meer op school zit."),
    )


class GroupForm(CaseForm):
    """In which group, and from when."""

    group = forms.ModelChoiceField(
        label=_("Groep"),
        queryset=Group.objects.none(),
        error_messages={
            "required": _("Kies een groep."),
            "invalid_choice": _("Kies een groep uit de lijst."),
        },
    )
    starts_on = Day(label=_("Vanaf"))

    def __init__(self, *given: Any, since: int, **named: Any) -> None:
        self.since = since
        super().__init__(*given, **named)

    def prepare(self) -> None:
        """Groups of this school, of this school year and the next."""
        field: Any = self.fields["group"]
        here = Group.objects.filter(school=self.case.school_id, school_year__gte=self.since)
        field.queryset = here.order_by("school_year", "sort_name", "id")
        field.label_from_instance = _group_label


def _group_label(group: Any) -> str:
    return f"{group.name} ({group.school_year}-{group.school_year + 1})"


class _TieFields(forms.Form):
    kind = forms.ChoiceField(
        label=_("Soort"), choices=GuardianKind.choices, initial=GuardianKind.PARENT
    )
    has_authority = forms.TypedChoiceField(
        label=_("Heeft deze persoon gezag?"),
        choices=[
            ("ja", _("ja, beslist mee over toestemming")),
            ("nee", _("nee, beslist niet mee")),
        ],
        coerce=lambda said: said == "ja",
        widget=forms.RadioSelect,
        help_text=_("Kijk bij twijfel in het gezagsregister van de rechtbank."),
        error_messages={"required": _("Kies of deze persoon gezag heeft.")},
    )
    starts_on = Day(label=_("Vanaf"), required=False)
    ends_on = Day(
        label=_("Tot en met"),
        required=False,
        help_text=_("De laatste dag dat deze persoon voor de leerling staat."),
    )

    @property
    def tie(self) -> Tie:
        """What was typed, as the acts take it."""
        names = Tie.__dataclass_fields__
        return Tie(**{name: value for name, value in self.cleaned_data.items() if name in names})


class TieForm(CaseForm, _TieFields):
    """Kind, authority and period of somebody who stands for this pupil."""

    def prepare(self) -> None:
        """What stands there now."""
        tie: Guardianship = self.target
        self.initial = {
            "kind": tie.kind,
            "has_authority": "ja" if tie.has_authority else "nee",
            "starts_on": tie.starts_on,
            "ends_on": tie.ends_on,
            **self.initial,
        }


class _GuardianFields(forms.Form):
    first_name = only_when(
        _("niet nodig als u een achternaam invult"), _name(_("Voornaam of voorletters"))
    )
    infix = _name(_("Tussenvoegsel"), 30)
    last_name = only_when(_("niet nodig als u een voornaam invult"), _name(_("Achternaam")))
    language = _language()

    @property
    def facts(self) -> GuardianFacts:
        """What was typed, as the acts take it."""
        names = GuardianFacts.__dataclass_fields__
        return GuardianFacts(
            **{name: value for name, value in self.cleaned_data.items() if name in names}
        )


class GuardianForm(CaseForm, _GuardianFields):
    """A name and a language."""


class AddGuardianForm(CaseForm, _GuardianFields, _TieFields):
    """Somebody who stands for this pupil. A known address brings the question who it is."""

    email = _email(_("E-mailadres"))
    field_order = ("known", "first_name", "infix", "last_name", "email")

    def prepare(self) -> None:
        """Ask whether it is somebody of this school whom we know: a family shares one record."""
        typed = str(self.data.get("email", "")).strip().lower() if self.is_bound else ""
        self.matches = {}
        if not typed:
            return
        here = Guardianship.objects.filter(pupil__school=self.case.school_id)
        found = Guardian.objects.at_address(typed).filter(pk__in=here.values("guardian"))
        self.matches = {str(each.pk): each for each in found.order_by("sort_name", "id")[:20]}
        if not self.matches:
            return
        choices = [(key, each.name or each.email) for key, each in self.matches.items()]
        self.fields["known"] = forms.ChoiceField(
            label=_("Dit e-mailadres kennen wij. Is het dezelfde persoon?"),
            choices=[*choices, (SOMEBODY_ELSE, _("Nee, iemand anders met hetzelfde adres"))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Kies wie het is.")},
        )
        self.order_fields(self.field_order)

    @property
    def who(self) -> Guardian | GuardianFacts:
        """The person who was chosen, or a new one."""
        return self.matches.get(self.cleaned_data.get("known", "")) or self.facts


class AddressForm(CaseForm):
    """Where mail goes; one address on each line for the others."""

    email = _email(
        _("E-mailadres"),
        help_text=_("Hierheen schrijven wij. Is er geen adres, laat het dan leeg."),
    )
    other_emails = forms.CharField(
        label=_("Andere e-mailadressen"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text=_("Elk adres op een eigen regel. Hierheen schrijven wij niet."),
    )

    def clean_other_emails(self) -> list[str]:
        found = [each for each in re.split(r"[\s,;]+", self.cleaned_data["other_emails"]) if each]
        for each in found:
            try:
                validate_email(each)
            except ValidationError as problem:
                raise ValidationError(
                    _("“%(text)s” is geen e-mailadres. Vul het in als naam@voorbeeld.nl."),
                    params={"text": each[:60]},
                ) from problem
        return found


class AccountForm(CaseForm):
    """Somebody with an account as employee of the school."""

    account = forms.ModelChoiceField(
        label=_("Wie"),
        queryset=User.objects.none(),
        help_text=_("Wie een account heeft als medewerker van deze school."),
        error_messages={
            "required": _("Kies iemand."),
            "invalid_choice": _("Kies iemand uit de lijst."),
        },
    )

    def __init__(self, *given: Any, accounts: Any, **named: Any) -> None:
        self.accounts = accounts
        super().__init__(*given, **named)

    def prepare(self) -> None:
        """The accounts of this school."""
        field: Any = self.fields["account"]
        field.queryset = self.accounts
        field.label_from_instance = _account_label


def _account_label(user: Any) -> str:
    return f"{user.name} ({user.email})"
