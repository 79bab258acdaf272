"""What people type about measures, lessons and the end of a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datalekken.actions.closing import Lessons, Task
from datalekken.choices import Cause, MeasureKind
from datalekken.forms.fields import typed, yes_no
from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, PersonChoice, only_when, words
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.organisation.models import User
from registers.models import ProcessingActivity


class MeasureForm(CaseForm):
    """A measure: what, who, and by when; or done already."""

    kind = forms.ChoiceField(
        label=_("Waarvoor is het?"),
        choices=MeasureKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies waarvoor de maatregel is.")},
    )
    text = words(
        _("Wat moet er gebeuren, of is er gedaan?"),
        required=_("Schrijf op wat er moet gebeuren."),
        help_text=_("Wie het doet, leest alleen deze tekst. Noem geen namen die niet nodig zijn."),
    )
    owner = only_when(
        _("of vul hieronder een naam in"),
        PersonChoice(
            label=_("Wie doet het?"),
            queryset=None,
            required=False,
            empty_label=_("Iemand zonder account"),
            help_text=_("Deze persoon krijgt een e-mail met een link naar deze tekst."),
        ),
    )
    owner_name = only_when(
        _("alleen als die geen account heeft"),
        forms.CharField(
            label=_("Naam, als die persoon geen account heeft"), max_length=200, required=False
        ),
    )
    due_on = Day(label=_("Klaar uiterlijk"))
    done_on = Day(
        label=_("Al klaar sinds"), required=False, help_text=_("Laat leeg als het nog moet.")
    )

    def prepare(self) -> None:
        field: Any = self.fields["owner"]
        field.queryset = User.objects.filter(is_active=True).order_by("sort_name", "pk")

    def task(self) -> Task:
        """The measure as it was typed."""
        return Task(**self.cleaned_data)


class _Done(forms.Form):
    """That a measure is done."""

    done_on = Day(label=_("Klaar op"))
    result = words(
        _("Wat is er gedaan?"),
        required=_("Schrijf op wat er gedaan is."),
        help_text=_("Zoals: alle sticks zijn vervangen door versleutelde."),
    )


class FinishForm(_Done, CaseForm):
    """That a measure is done, on the page of the breach."""

    def prepare(self) -> None:
        self.initial.setdefault("done_on", timezone.localdate())


class OwnMeasureForm(WatchForBsn, WatchDays, _Done):
    """The same, on the page of whoever takes care of the measure."""


class _ActivityChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class LessonsForm(CaseForm):
    """Where it came from, what the school learns, and what must change."""

    cause = only_when(
        _("nodig om af te sluiten"),
        forms.ChoiceField(
            label=_("Waar kwam het vandaan?"),
            choices=[("", _("Kies")), *Cause.choices],
            required=False,
        ),
    )
    root_cause = only_when(
        _("nodig om af te sluiten"),
        words(
            _("Waardoor kon het gebeuren?"),
            help_text=_("Vraag een paar keer door: waarom ging dit mis, en waarom was dat zo?"),
        ),
    )
    lessons = only_when(
        _("nodig om af te sluiten"),
        words(_("Wat leert u ervan?"), help_text=_("Leert u er niets van? Schrijf dan op waarom.")),
    )
    activities = _ActivityChoice(
        label=_("Welke verwerkingen uit het register raakt het?"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Deze verwerking staat niet in de lijst."),
            "invalid_pk_value": _("Deze verwerking staat niet in de lijst."),
        },
    )
    register_must_change = only_when(
        _("nodig om af te sluiten"),
        yes_no(
            _("Moet het register veranderen?"),
            help_text=_(
                "Zoals een andere maatregel, een kortere termijn, of een ontvanger minder."
            ),
        ),
    )
    dpia_must_change = only_when(
        _("nodig om af te sluiten"),
        yes_no(
            _("Moet een DPIA veranderen, of komt er een nieuwe?"),
            help_text=_("Een DPIA beschrijft vooraf de risico’s van een verwerking."),
        ),
    )
    change_text = only_when(
        _("alleen als u hierboven ja koos"),
        words(
            _("Wat moet er veranderen?"),
            help_text=_("Leg er ook een maatregel voor vast, met wie het doet."),
        ),
    )

    def prepare(self) -> None:
        field: Any = self.fields["activities"]
        standing = list(self.case.activities.values_list("pk", flat=True))
        established = ProcessingActivity.objects.established().values("pk")
        offered = Q(pk__in=established) | Q(pk__in=standing)
        field.queryset = ProcessingActivity.objects.filter(offered).order_by("code")
        if not field.queryset.exists():
            del self.fields["activities"]
        self.initial.setdefault("activities", standing)
        for name in ("register_must_change", "dpia_must_change"):
            self.initial.setdefault(name, typed(getattr(self.case, name)))
        for name in ("cause", "root_cause", "lessons", "change_text"):
            self.initial.setdefault(name, getattr(self.case, name))

    def lessons_learned(self) -> Lessons:
        """What was written, without the activities."""
        given = {name: text for name, text in self.cleaned_data.items() if name != "activities"}
        return Lessons(**given)


class ConfirmForm(CaseForm):
    """An act that asks nothing."""
