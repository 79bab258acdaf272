"""What people type while they work on a request: who, what about, searching, files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, FilesField, PersonChoice, only_when, words
from registers.models import ProcessingActivity, Processor, System
from requests_ar.choices import Authority, PersonRole, Protection, Relation
from requests_ar.forms.fields import colleagues_of, handlers_of


class ConfirmForm(CaseForm):
    """An act that asks nothing but to be confirmed."""


class WhyForm(CaseForm):
    """An act that asks its reason."""

    reason = words(_("Waarom"), required=_("Schrijf op waarom u dit doet."), max_length=1000)


class TakeUpForm(CaseForm):
    """Who handles the request from now on."""

    handler = PersonChoice(
        label=_("Wie behandelt dit verzoek?"),
        queryset=None,
        empty_label=None,
        error_messages={"invalid_choice": _("Deze persoon kan dit verzoek niet behandelen.")},
    )

    def prepare(self) -> None:
        field: Any = self.fields["handler"]
        field.queryset = handlers_of(self.case.school, on=timezone.localdate())


_OF_REQUESTER = ("relation", "authority")
_OF_SUBJECT = ("born_on", "protection", "key")


class PersonForm(CaseForm):
    """What is known of somebody in the request."""

    name = forms.CharField(
        label=_("Naam"), max_length=200, error_messages={"required": _("Vul de naam in.")}
    )
    email = forms.EmailField(
        max_length=254,
        label=_("E-mailadres"),
        required=False,
        error_messages={"invalid": _("Dit is geen e-mailadres. Zo ziet het eruit: naam@adres.nl")},
    )
    phone = forms.CharField(label=_("Telefoon"), max_length=20, required=False)
    address = words(_("Postadres"), rows=3, max_length=500)
    born_on = Day(
        label=_("Geboortedatum"),
        required=False,
        help_text=_("Vanaf 16 jaar vraagt en beslist een leerling zelf."),
    )
    key = forms.CharField(
        label=_("Leerling- of personeelsnummer"),
        max_length=40,
        required=False,
        help_text=_("Zo vinden wij ook wat hier over deze persoon staat. Nooit een BSN."),
    )
    protection = forms.ChoiceField(label=_("Onder curatele of mentorschap?"), choices=Protection)
    relation = forms.ChoiceField(
        label=_("Wat is deze persoon van wie het gaat?"), choices=Relation, required=False
    )
    authority = forms.ChoiceField(
        label=_("Heeft deze ouder gezag?"),
        choices=Authority,
        help_text=_("Vraag zo nodig een uittreksel uit het gezagsregister. Maak geen kopie."),
    )

    def prepare(self) -> None:
        person = self.target
        for name in self.fields:
            self.initial.setdefault(name, getattr(person, name))
        # The age counts of whom it is about; relation and authority of who asks.
        is_subject = person.role == PersonRole.SUBJECT
        for name in _OF_REQUESTER if is_subject else _OF_SUBJECT:
            self.fields[name].disabled = True
            self.fields[name].widget = forms.HiddenInput()


class _ActivityChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class ActivitiesForm(CaseForm):
    """Which activities of the register hold data of this person."""

    activities = _ActivityChoice(
        label=_("Waar heeft de school gegevens van deze persoon?"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Alleen vastgestelde verwerkingen staan hier."),
        error_messages={
            "required": _("Kies ten minste één verwerking."),
            "invalid_choice": _("Deze verwerking staat niet in de lijst."),
            "invalid_pk_value": _("Deze verwerking staat niet in de lijst."),
        },
    )

    def prepare(self) -> None:
        established = ProcessingActivity.objects.filter(
            pk__in=ProcessingActivity.objects.established().values("pk")
        )
        if self.case.school is not None:
            here = ProcessingActivity.objects.holding_at(self.case.school).values("pk")
            established = established.filter(pk__in=here)
        field: Any = self.fields["activities"]
        field.queryset = established.order_by("code")
        self.initial.setdefault(
            "activities", list(self.case.activities.values_list("pk", flat=True))
        )


class SearchForm(CaseForm):
    """What somebody is asked to look for, who, and by when."""

    what = words(
        _("Wat moet gezocht worden?"),
        required=_("Schrijf op wat gezocht moet worden."),
        help_text=_("Noem de persoon, de periode en de plek. Alleen wie zoekt, leest dit."),
    )
    assignee = only_when(
        _("niet nodig als u iemand anders noemt"),
        PersonChoice(
            label=_("Een collega met een account"),
            queryset=None,
            required=False,
            empty_label=_("Iemand zonder account"),
        ),
    )
    contact_name = only_when(
        _("niet nodig als u een collega kiest"),
        forms.CharField(
            label=_("Of de naam van iemand anders"),
            max_length=200,
            required=False,
            help_text=_(
                "Zoals een leverancier. Die krijgt een link voor deze taak alleen. Kiest u alleen "
                "een verwerker, dan gaat de vraag naar het adres uit het register."
            ),
        ),
    )
    contact_email = only_when(
        _("alleen bij iemand anders dan een collega"),
        forms.EmailField(
            max_length=254,
            label=_("En diens e-mailadres"),
            required=False,
            error_messages={
                "invalid": _("Dit is geen e-mailadres. Zo ziet het eruit: naam@adres.nl")
            },
        ),
    )
    system: Any = forms.ModelChoiceField(
        label=_("In welk systeem"), queryset=None, required=False, empty_label=_("Niet bekend")
    )
    processor: Any = forms.ModelChoiceField(
        label=_("Bij welke verwerker"), queryset=None, required=False, empty_label=_("Geen")
    )
    due_on = Day(label=_("Uiterlijk klaar op"))

    def prepare(self) -> None:
        fields: Any = self.fields
        today = timezone.localdate()
        fields["assignee"].queryset = colleagues_of(self.case.school, on=today)
        fields["system"].queryset = System.objects.order_by("name")
        fields["processor"].queryset = Processor.objects.order_by(Lower("name"))
        # Half of what is left: time to judge and to write remains.
        left = max((self.case.last_day - today).days, 0)
        self.initial.setdefault("due_on", today + timedelta(days=min(left // 2, 10)))


class FoundForm(CaseForm):
    """What was found, and the files."""

    found = words(
        _("Wat hebt u gevonden?"),
        required=_("Schrijf op wat u vond. Vond u niets? Schrijf dat op."),
        max_length=5000,
    )
    uploads = FilesField(required=False)


class FilesForm(CaseForm):
    """Files for the dossier."""

    uploads = FilesField()
    note = forms.CharField(label=_("Toelichting"), max_length=300, required=False)
    for_answer = forms.BooleanField(
        label=_("Dit hoort bij het antwoord: de persoon krijgt het"), required=False
    )


class MarkForm(CaseForm):
    """Whether a file goes to the person."""

    for_answer = forms.BooleanField(
        label=_("Dit hoort bij het antwoord: de persoon krijgt het"), required=False
    )
    note = forms.CharField(label=_("Toelichting"), max_length=300, required=False)

    def prepare(self) -> None:
        self.initial.setdefault("for_answer", self.target.is_for_answer)
        self.initial.setdefault("note", self.target.note)


class NameForm(CaseForm):
    """Who else may open a confidential request."""

    user = PersonChoice(label=_("Wie mag dit verzoek openen?"), queryset=None)

    def prepare(self) -> None:
        field: Any = self.fields["user"]
        field.queryset = colleagues_of(self.case.school, on=timezone.localdate())
