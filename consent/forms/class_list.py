"""What people choose for the list of a class, and for a check of a picture."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.models import Question
from privacyboard.backoffice.fields import Day, words
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.organisation.models import Pupil


class DayForm(WatchDays, forms.Form):
    """The day of a list; without one it is today."""

    op = Day(label=_("Op welke dag?"), required=False)


class PicturePupils(forms.ModelMultipleChoiceField):
    """The children in a picture, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The name as the teacher says it."""
        return str(obj.name)


class PictureForm(forms.Form):
    """Who is in the picture, and where it goes."""

    pupils = PicturePupils(
        queryset=Pupil.objects.none(),
        label=_("Wie staan er herkenbaar op de foto of in de film?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _(
                "Kies wie er op de foto staan. Staat er niemand herkenbaar op? Dan is er geen "
                "toestemming nodig."
            ),
            "invalid_choice": _("Deze leerling zit niet meer in deze groep. Kies opnieuw."),
            "invalid_pk_value": _("Deze leerling zit niet meer in deze groep. Kies opnieuw."),
        },
    )
    question = forms.ModelChoiceField(
        queryset=Question.objects.none(),
        label=_("Waar komt het beeld te staan?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Kies waar het beeld komt te staan."),
            "invalid_choice": _("Hiervoor wordt nu geen toestemming gevraagd. Kies iets anders."),
        },
    )
    is_sensitive = forms.BooleanField(
        label=_("Dit is gevoelig beeld"),
        required=False,
        help_text=_(
            "Bijvoorbeeld verdriet, een ongeluk, gymles of zwemmen. Dat komt alleen op het "
            "besloten ouderdeel."
        ),
    )

    def __init__(
        self, *given: Any, pupils: list[Pupil], questions: list[Question], **named: Any
    ) -> None:
        super().__init__(*given, **named)
        chosen: Any = self.fields["pupils"]
        chosen.queryset = Pupil.objects.filter(pk__in=[each.pk for each in pupils])
        chosen.choices = [(each.pk, each.name) for each in pupils]
        asked: Any = self.fields["question"]
        asked.queryset = Question.objects.filter(pk__in=[each.pk for each in questions])
        asked.choices = [(each.pk, each.name) for each in questions]


class WeighForm(WatchForBsn, forms.Form):
    """Whether publishing is wise, and why."""

    publishes = forms.TypedChoiceField(
        label=_("Is publiceren verstandig?"),
        choices=[("ja", _("Ja, wij plaatsen het")), ("nee", _("Nee, wij plaatsen het niet"))],
        coerce=lambda given: given == "ja",
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Kies of u het beeld plaatst."),
            "invalid_choice": _("Kies of u het beeld plaatst."),
        },
    )
    note = words(
        _("Waarom?"),
        rows=3,
        required=_("Schrijf kort op waarom u dit verstandig vindt, of niet."),
        help_text=_("Denk aan: wat ziet men over tien jaar, en zou het kind dit willen?"),
    )
