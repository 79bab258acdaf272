"""What people type about questions: what is asked, its text in each language, the choices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consent.actions.questions import Plan, Words
from consent.choices import Means, Renewal
from consent.models import Question
from privacyboard.backoffice.fields import words
from privacyboard.backoffice.forms import WatchForBsn
from privacyboard.organisation.models import School
from privacyboard.vocabulary import FamilyLanguage
from registers.models import ActivityVersion, ProcessingActivity


class WordsForm(WatchForBsn, forms.Form):
    """The text in Dutch, and in every other language that somebody can write."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for language in FamilyLanguage:
            is_dutch = language == FamilyLanguage.DUTCH
            self.fields[f"title_{language}"] = forms.CharField(
                label=_("De vraag"),
                max_length=150,
                required=is_dutch,
                help_text=_(
                    "Bijvoorbeeld: Mag een herkenbare foto op de website van de school? "
                    "Ouders én leerlingen lezen dit."
                )
                if is_dutch
                else "",
                error_messages={"required": _("Schrijf de vraag op.")},
            )
            self.fields[f"body_{language}"] = words(
                _("Uitleg"),
                rows=5,
                required=_("Schrijf op wat er met de gegevens gebeurt.") if is_dutch else "",
                help_text=_(
                    "Wat gebeurt er, wie ziet het, hoe lang blijft het staan? Korte zinnen, gewone "
                    "woorden."
                )
                if is_dutch
                else "",
            )
            if language in (FamilyLanguage.ARABIC,):
                for name in (f"title_{language}", f"body_{language}"):
                    self.fields[name].widget.attrs["dir"] = "rtl"
            for name in (f"title_{language}", f"body_{language}"):
                self.fields[name].widget.attrs["lang"] = language.value

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for language in FamilyLanguage:
            title, body = (
                self.cleaned_data.get(f"{part}_{language}") for part in ("title", "body")
            )
            if bool(title) != bool(body) and language != FamilyLanguage.DUTCH:
                missing = f"body_{language}" if title else f"title_{language}"
                self.add_error(
                    missing,
                    ValidationError(_("Vul de vraag en de uitleg allebei in, of geen van beide.")),
                )
        return cleaned

    def words(self) -> list[Words]:
        """The languages that were filled in."""
        found = self.cleaned_data
        return [
            Words(language=each, title=found[f"title_{each}"], body=found[f"body_{each}"])
            for each in FamilyLanguage.values
            if found.get(f"title_{each}")
        ]

    @property
    def dutch(self) -> list[Any]:
        """The fields in Dutch."""
        return [self[f"title_{FamilyLanguage.DUTCH}"], self[f"body_{FamilyLanguage.DUTCH}"]]

    @property
    def other_languages(self) -> list[tuple[str, str, list[Any], bool]]:
        """Per other language: its code, its name, its fields, and whether to show it unfolded."""
        return [
            (each.value, str(each.label), fields, any(one.value() or one.errors for one in fields))
            for each in FamilyLanguage
            if each != FamilyLanguage.DUTCH
            and (fields := [self[f"title_{each}"], self[f"body_{each}"]])
        ]


class ActivityChoice(forms.ModelChoiceField):
    """An activity of the register, by code and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}"


class _PlanFields(forms.Form):
    name = forms.CharField(
        label=_("Naam"),
        max_length=100,
        help_text=_("Kort. Zo staat de vraag op lijsten, bijvoorbeeld: website."),
        error_messages={"required": _("Geef de vraag een korte naam.")},
    )
    activity = ActivityChoice(
        label=_("Verwerking in het register"),
        queryset=None,
        empty_label=_("Kies"),
        help_text=_("Alleen vastgestelde verwerkingen die op toestemming rusten staan hier."),
        error_messages={
            "required": _("Kies de verwerking waarvoor u toestemming vraagt."),
            "invalid_choice": _("Deze verwerking rust niet op toestemming. Kies een andere."),
        },
    )
    renewal = forms.ChoiceField(
        label=_("Een ja"), choices=Renewal, widget=forms.RadioSelect, initial=Renewal.EXPIRES
    )
    schools: Any = forms.ModelMultipleChoiceField(
        label=_("Alleen voor deze scholen"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Kiest u niets, dan geldt de vraag voor alle scholen."),
    )
    published_at = forms.CharField(
        label=_("Waar het gepubliceerd wordt"),
        max_length=200,
        required=False,
        help_text=_(
            "Bijvoorbeeld: de website van de school. Trekt een ouder een ja in, dan krijgt de "
            "school de taak om het daar weg te halen. Leeg als er niets te verwijderen is."
        ),
    )
    place = forms.IntegerField(
        label=_("Volgorde"), min_value=0, max_value=999, initial=10, required=False
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        fields: dict[str, Any] = self.fields
        resting = ActivityVersion.objects.in_force().resting_on_consent()
        activities = ProcessingActivity.objects.filter(pk__in=resting.values("activity"))
        fields["activity"].queryset = activities.order_by("code")
        fields["schools"].queryset = School.objects.order_by("sort_name")

    def plan(self) -> Plan:
        """What was chosen."""
        found = self.cleaned_data
        return Plan(
            name=found["name"],
            activity=found["activity"],
            schools=list(found["schools"]),
            renewal=found["renewal"],
            published_at=found["published_at"],
            place=10 if found["place"] is None else found["place"],
        )

    @property
    def plan_fields(self) -> list[Any]:
        """What is asked beside the text, in the order of the page."""
        names = ("means", "name", "activity", "renewal", "schools", "published_at", "place")
        return [self[name] for name in names if name in self.fields]


class NewQuestionForm(_PlanFields, WordsForm):
    """A question with its first text."""

    means = forms.ChoiceField(
        label=_("Waarvoor?"),
        choices=[("", _("Kies")), *Means.choices],
        help_text=_("Elk doel is een eigen vraag: ja op het ene is geen ja op het andere."),
        error_messages={"required": _("Kies waarvoor u toestemming vraagt.")},
    )


class ChangeQuestionForm(WatchForBsn, _PlanFields):
    """What a question is, beside its text."""

    def __init__(self, *given: Any, question: Question, **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["activity"]
        # The activity that it rests on now stays a choice, also where it lost its basis.
        field.queryset = field.queryset | ProcessingActivity.objects.filter(pk=question.activity_id)


class NewTextForm(WordsForm):
    """The next version of a text: what changed, and whether that asks again."""

    why = forms.CharField(
        label=_("Wat verandert er?"),
        max_length=300,
        help_text=_("Eén zin, die ouders en de FG begrijpen."),
        error_messages={"required": _("Schrijf op wat er verandert.")},
    )
    asks_again = forms.TypedChoiceField(
        label=_("Moet wie ja zei opnieuw antwoorden?"),
        choices=[
            ("ja", _("Ja, er wordt iets anders gevraagd dan eerst")),
            ("nee", _("Nee, het is dezelfde vraag in betere woorden")),
        ],
        coerce=lambda value: value == "ja",
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies of wie ja zei opnieuw moet antwoorden.")},
    )

    @property
    def change_fields(self) -> list[Any]:
        return [self["why"], self["asks_again"]]


class TranslationForm(WatchForBsn, forms.Form):
    """A text that stands, in one more language."""

    language = forms.ChoiceField(label=_("Taal"), choices=())
    title = forms.CharField(
        label=_("De vraag"),
        max_length=150,
        error_messages={"required": _("Schrijf de vraag op.")},
    )
    body = words(_("Uitleg"), rows=5, required=_("Schrijf de uitleg op."))

    def __init__(self, *given: Any, missing: list[str], **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["language"]
        field.choices = [each for each in FamilyLanguage.choices if each[0] in missing]

    def words(self) -> Words:
        return Words(**self.cleaned_data)
