"""What staff write down about a request that came on paper, by mouth or by e-mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fields import only_when
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.organisation.models import School
from registers.models import DataSubjectGroup
from requests_ar.actions.receiving import Received, Someone
from requests_ar.choices import (
    ELECTRONIC,
    Channel,
    DeliveryWay,
    Relation,
    RequestKind,
)
from requests_ar.forms import picking
from requests_ar.forms.asking import NoFiles, group_choices
from requests_ar.rules.terms import receipt_problem

_CHANNELS = [(each.value, each.label) for each in Channel if each != Channel.FORM]
_PUPILS = "pupils"


class IntakeForm(NoFiles, WatchForBsn, WatchDays, forms.Form):
    """A request in under a minute: what is not known yet can be added later.

    With a pupil picked from our own records, who asks is picked as well, or typed.
    """

    asker = forms.ChoiceField(
        label=_("Wie vraagt het?"),
        widget=forms.RadioSelect,
        help_text=_(
            "Of iemand gezag heeft, gaat u later nog na: dit is wat er nu geregistreerd is."
        ),
        error_messages={"required": _("Kies wie het vraagt.")},
    )
    school = forms.ChoiceField(label=_("School"), error_messages={"required": _("Kies de school.")})
    channel = forms.ChoiceField(label=_("Hoe kwam het binnen?"), choices=_CHANNELS)
    received_on = forms.DateField(
        label=_("Ontvangen op"),
        help_text=_("De dag waarop iemand van de school het kreeg of hoorde. Dan begint de maand."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Vul de dag in waarop de school het verzoek kreeg."),
            "invalid": _("Vul een datum in, bijvoorbeeld 31-12-2025."),
        },
    )
    name = forms.CharField(
        label=_("Wie vraagt het?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Vul de naam in van wie het vraagt.")},
    )
    subject_name = only_when(
        _("alleen als het over iemand anders gaat dan de vrager"),
        forms.CharField(
            label=_("Over wie gaat het?"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
    )
    relation = forms.ChoiceField(
        label=_("Wat is de vrager van die persoon?"),
        choices=[(Relation.SELF, _("het gaat over de vrager zelf")), *Relation.choices[1:]],
    )
    group = forms.ChoiceField(label=_("Groep van die persoon"))
    born_on = forms.DateField(
        label=_("Geboortedatum van die persoon"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Vul een datum in, bijvoorbeeld 31-12-2012.")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("Wat wordt gevraagd?"),
        choices=RequestKind,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies ten minste één soort verzoek.")},
    )
    text = forms.CharField(
        label=_("Wat is er gezegd of geschreven?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf op wat er gevraagd is.")},
    )
    send_to = forms.CharField(
        label=_("Rechtstreeks naar welke organisatie?"),
        help_text=_("Alleen bij “meenemen van gegevens”, als de vrager dat wil."),
        required=False,
        max_length=300,
    )
    email = only_when(
        _("nodig voor een antwoord met een link"),
        forms.EmailField(
            max_length=254,
            label=_("E-mailadres van de vrager"),
            required=False,
            error_messages={
                "invalid": _("Dit is geen e-mailadres. Vul het zo in: naam@voorbeeld.nl.")
            },
        ),
    )
    phone = forms.CharField(label=_("Telefoonnummer"), required=False, max_length=20)
    address = forms.CharField(
        label=_("Postadres"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    wants = forms.ChoiceField(
        label=_("Hoe wil de vrager het antwoord?"),
        choices=[("", _("zoals het gevraagd is: per e-mail of op papier")), *DeliveryWay.choices],
        required=False,
    )
    is_new = forms.BooleanField(label=_("Dit is een ander verzoek: leg het vast"), required=False)

    def __init__(
        self,
        *args: Any,
        schools: list[School],
        with_board: bool,
        today: date,
        picked: picking.Picked | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.picked = today, picked
        self._show_picked()
        self.schools: dict[str, School | None] = {each.slug: each for each in schools}
        places: list[Any] = [(slug, str(each)) for slug, each in self.schools.items()]
        if with_board:
            self.schools["bestuur"] = None
            places.append(("bestuur", _("het hele bestuur")))
        if len(places) > 1:
            places.insert(0, ("", "—"))
        self._set("school", places)
        self._set("group", group_choices())
        self.fields["received_on"].initial = today
        self.fields["group"].initial = _PUPILS
        self.fields["relation"].initial = Relation.PARENT
        self.fields["channel"].initial = Channel.DESK

    def _show_picked(self) -> None:
        """What the records say is not asked again; what was typed of it stays in the page."""
        if self.picked is None:
            del self.fields["asker"]
            return
        self._set("asker", self.picked.askers)
        for name in ("subject_name", "born_on"):
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["name"].required = False
        only_when(_("alleen als die hierboven niet staat"), self.fields["name"])
        self.fields["name"].label = _("Wie vraagt het, als die hierboven niet staat?")
        self.fields["relation"].label = _("Wat is die vrager van de leerling?")
        self.fields["email"].help_text = _("Leeg: het adres uit de administratie.")

    def _set(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any] | None:
        """Days that can be, a person to whom it is about, and a way to write back."""
        cleaned = super().clean()
        given = self.cleaned_data
        if self.picked is not None:
            self._take_over(self.picked)
        elif given.get("relation", Relation.SELF) != Relation.SELF and not given.get(
            "subject_name"
        ):
            self.add_error("subject_name", _("Vul in over wie het gaat."))
        if received_on := given.get("received_on"):
            problem = receipt_problem(received_on, today=self.today, born_on=given.get("born_on"))
            if problem:
                self.add_error("received_on", problem)
        if given.get("send_to") and RequestKind.PORTABILITY not in given.get("kinds", []):
            self.add_error("send_to", _("Vul dit alleen in bij “meenemen van gegevens”."))
        if given.get("wants") == DeliveryWay.LINK and not given.get("email"):
            self.add_error("email", _("Voor een link is een e-mailadres nodig."))
        return cleaned

    def _take_over(self, picked: picking.Picked) -> None:
        """Name, birthday, address and relation of who was picked, where nothing was typed."""
        given = self.cleaned_data
        asker = given.get("asker", "")
        school = self.schools.get(given.get("school", ""))
        if school is not None and school.pk != picked.pupil.school_id:
            # Who reads the request of a school reads of its own pupils only.
            words = _("Deze leerling is van %(school)s. Kies die school, of het hele bestuur.")
            self.add_error("school", words % {"school": picked.pupil.school.name})
        given["subject_name"], given["born_on"] = picked.pupil.name, picked.pupil.born_on
        if asker == picking.OTHER:
            if not given.get("name") and "name" not in self.errors:
                self.add_error("name", _("Vul de naam in van wie het vraagt."))
            if given.get("relation") == Relation.SELF:
                self.add_error("relation", _("Kies wat de vrager van de leerling is."))
            return
        tie = picked.tie(asker)
        if tie is None and asker != picking.SELF:
            return
        who = picking.someone(tie.guardian if tie else picked.pupil, typed=self._typed())
        given["name"], given["email"] = who.name, who.email
        given["relation"] = picking.relation_of(tie) if tie else Relation.SELF

    def _typed(self) -> Someone:
        given = self.cleaned_data
        return Someone(*(given.get(name, "") for name in ("name", "email", "phone", "address")))

    def _from_records(self) -> dict[str, Any]:
        """Who it is in our own records, and the language in which the family is written to."""
        if self.picked is None:
            return {}
        pupil, tie = self.picked.pupil, self.picked.tie(self.cleaned_data["asker"])
        return {
            "requester": replace(self._typed(), guardian=tie.guardian if tie else None),
            "subject": picking.about(pupil),
            "language": picking.language_of(tie.guardian if tie else pupil),
        }

    def received(self) -> Received:
        """What came in, for the act."""
        given = self.cleaned_data
        people = {
            "requester": self._typed(),
            "subject": Someone(given["subject_name"], born_on=given["born_on"]),
            **self._from_records(),
        }
        return Received(
            school=self.schools[given["school"]],
            group=DataSubjectGroup.objects.get(code=given["group"]),
            kinds=given["kinds"],
            text=given["text"],
            channel=given["channel"],
            received_on=given["received_on"],
            relation=given["relation"],
            wants=given["wants"] or self._same_way(),
            send_to=given["send_to"],
            **people,
        )

    def _same_way(self) -> DeliveryWay:
        """Asked electronically, answered electronically (AVG 12(3)); otherwise on paper."""
        given = self.cleaned_data
        by_mail = given["channel"] in ELECTRONIC or not given["address"]
        return DeliveryWay.LINK if given["email"] and by_mail else DeliveryWay.POST
