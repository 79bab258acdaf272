"""What people type about destruction lists, and about what must stay."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, PersonChoice, only_when, words
from privacyboard.backoffice.forms import WatchDays, WatchForBsn
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import School, User
from registers.actions.destroying.listing import Added
from registers.choices import Fate
from registers.choices.destruction import KeepGround, TaskKind
from registers.models import RetentionRule
from registers.models.destruction_changes import shortened_on
from registers.rules.destruction.numbers import LONGEST_KEY, MOST_KEYS, keys_in

_BY_THEMSELVES = {HoldKind.REQUEST, HoldKind.BREACH}
_NO_NAMES = _("Schrijf geen namen op.")


class ConfirmForm(CaseForm):
    """An act that asks nothing but to be confirmed."""


class WhyForm(CaseForm):
    """An act that asks its reason."""

    reason = words(_("Waarom?"), required=_("Schrijf op waarom u dit doet."), max_length=1000)


class ApproveForm(CaseForm):
    """A yes; with a reason where a minimum of a law was made shorter."""

    because = words(
        _("Waarom mag dit nu al weg?"),
        required=_("Schrijf op waarom dit nu al weg mag."),
        max_length=1000,
        help_text=_("Een wettelijke termijn is korter gemaakt. Wat is daar de grond voor?"),
    )

    def prepare(self) -> None:
        found = shortened_on(self.case, timezone.localdate()).values()
        if not any(each.is_lawful for each in found):
            del self.fields["because"]


class WithdrawForm(WhyForm):
    """Taking a list back, and when its items come again."""

    again_on = Day(
        label=_("Wanneer komt het weer op een lijst?"),
        help_text=_("Wat weg moet, wordt niet vergeten: kies een dag binnen een jaar."),
    )


class RuleChoice(forms.ModelChoiceField):
    """A retention rule, with its term."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.term})"


class AddForm(CaseForm):
    """Lines that the machine cannot know: which rule, from which day, and whose."""

    rule = RuleChoice(
        label=_("Welke bewaartermijn?"),
        queryset=None,
        empty_label=_("Kies een termijn"),
        error_messages={"required": _("Kies een bewaartermijn.")},
    )
    event_on = Day(
        label=_("Sinds welke dag loopt de termijn?"),
        help_text=_("Bijvoorbeeld de dag van de uitslag, het besluit, of de uitdiensttreding."),
    )
    keys = only_when(
        _("niet nodig als u een periode invult"),
        words(
            _("Nummers, een per regel"),
            rows=6,
            max_length=MOST_KEYS * (LONGEST_KEY + 2),
            help_text=_(
                "Het nummer uit de administratie. Geen namen en geen BSN. Plakken uit een "
                "bestand mag."
            ),
        ),
    )
    period = only_when(
        _("niet nodig als u nummers invult"),
        forms.CharField(
            label=_("Of: een periode of groep stukken"),
            required=False,
            max_length=100,
            help_text=_("Bijvoorbeeld: camerabeelden van de hal, week 12."),
        ),
    )
    reason = only_when(
        _("alleen als er geen vaste termijn is"),
        words(
            _("Toelichting"),
            max_length=1000,
            help_text=_("Waaruit blijkt dat het nu weg mag?"),
        ),
    )

    def prepare(self) -> None:
        field: Any = self.fields["rule"]
        field.queryset = RetentionRule.objects.exclude(fate=Fate.KEEP)

    def added(self) -> Added:
        """What was typed."""
        given = self.cleaned_data
        return Added(
            rule=given["rule"],
            event_on=given["event_on"],
            keys=keys_in(given["keys"]),
            period=given["period"],
            reason=given["reason"],
            not_bsn=frozenset(self._confirmed()),
        )


class KeepForm(CaseForm):
    """Why one must stay longer, and until when."""

    ground = forms.ChoiceField(
        label=_("Waarom moet dit langer blijven?"),
        choices=KeepGround,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies waarom dit langer moet blijven.")},
        help_text=_("Om een andere reden mag het niet."),
    )
    reason = words(
        _("Leg dat uit"),
        required=_("Schrijf op waarom dit langer moet blijven."),
        max_length=1000,
        help_text=_NO_NAMES,
    )
    until = Day(
        label=_("Wanneer kijkt u opnieuw?"), help_text=_("Op die dag komt het weer op een lijst.")
    )


class ConflictForm(CaseForm):
    """Which of two terms holds for these data; or what happens where the rule has none any more."""

    destroys = forms.TypedChoiceField(
        label=_("Wat gebeurt er met deze gegevens?"),
        choices=[
            ("yes", _("Nu vernietigen: voor deze gegevens geldt de korte termijn")),
            ("no", _("Bewaren: voor deze gegevens geldt de lange termijn")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat er met deze gegevens gebeurt.")},
    )
    reason = words(_("Waarom?"), required=_("Schrijf op waarom u dit zo besluit."), max_length=1000)
    ground = only_when(
        _("alleen als u bewaart"),
        forms.ChoiceField(
            label=_("Bewaart u? Kies dan de grond"),
            choices=KeepGround,
            widget=forms.RadioSelect,
            required=False,
            help_text=_("Om een andere reden mag het niet."),
        ),
    )
    until = only_when(
        _("alleen als u bewaart"),
        Day(
            label=_("Bewaart u? Wanneer kijkt u opnieuw?"),
            required=False,
            help_text=_("Op die dag komt het weer op een lijst."),
        ),
    )

    def prepare(self) -> None:
        if not self.target.lacks_term:
            del self.fields["ground"], self.fields["until"]
            return
        field: Any = self.fields["destroys"]
        field.choices = [
            ("yes", _("Nu vernietigen")),
            ("no", _("Bewaren, en later opnieuw kijken")),
        ]


class HandForm(CaseForm):
    """In which places what is on the list is kept."""

    chosen = forms.MultipleChoiceField(
        label=_("Waar staan deze gegevens?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies waar de gegevens staan.")},
        help_text=_(
            "Dit zegt het register. Haal het vinkje weg bij wat uw school niet gebruikt. "
            "Verwerkers van wie wij het adres kennen, krijgen een e-mail."
        ),
    )

    def __init__(self, *given: Any, places: Any = (), **named: Any) -> None:
        self.places = places
        super().__init__(*given, **named)

    def prepare(self) -> None:
        field: Any = self.fields["chosen"]
        field.choices = [
            (each.key, f"{each.name} ({TaskKind(each.kind).label})" if each.code else each.name)
            for each in self.places
        ]
        field.initial = [each.key for each in self.places]


class TaskForm(CaseForm):
    """A place that the register does not name."""

    kind = forms.ChoiceField(label=_("Wat is het?"), choices=TaskKind, widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Waar staan de gegevens?"),
        max_length=200,
        error_messages={"required": _("Schrijf op waar het staat.")},
    )
    due_on = Day(label=_("Vernietigd uiterlijk"))


class NewListForm(WatchForBsn, forms.Form):
    """For which school a list is begun by hand."""

    school = forms.ModelChoiceField(
        label=_("Voor welke school?"),
        queryset=School.objects.none(),
        empty_label=None,
        required=False,
    )

    def __init__(self, *given: Any, schools: Any, office: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["school"]
        field.queryset = schools
        field.empty_label = _("Bestuurskantoor") if office else None
        field.required = not office


class HoldForm(WatchForBsn, WatchDays, forms.Form):
    """Why something must stay, who owns that reason, and when it is looked at again."""

    kind = forms.ChoiceField(
        label=_("Waarom moet dit blijven?"),
        # A request or a breach holds by itself, as long as it is open.
        choices=[each for each in HoldKind.choices if each[0] not in _BY_THEMSELVES],
        error_messages={"required": _("Kies een reden.")},
    )
    school = forms.ModelChoiceField(
        label=_("Op welke school?"), queryset=School.objects.none(), empty_label=None
    )
    person_key = only_when(
        _("niet nodig als u een bewaartermijn kiest"),
        forms.CharField(
            label=_("Leerlingnummer"),
            required=False,
            max_length=Hold._meta.get_field("person_key").max_length,
            help_text=_("Dan blijft alles van deze leerling. Geen naam, geen BSN."),
        ),
    )
    rule = only_when(
        _("niet nodig als u een leerlingnummer invult"),
        RuleChoice(
            label=_("Of: alles onder een bewaartermijn"),
            queryset=None,
            required=False,
            empty_label=_("Kies een termijn"),
        ),
    )
    reason = words(
        _("Leg uit waarom"),
        required=_("Schrijf op waarom dit moet blijven."),
        max_length=1000,
        help_text=_NO_NAMES,
    )
    owner = PersonChoice(label=_("Wie gaat hierover?"), queryset=None, empty_label=None)
    review_on = Day(
        label=_("Wanneer kijkt die persoon opnieuw?"),
        help_text=_("Op die dag komt het op het werklijstje."),
    )

    def __init__(self, *given: Any, schools: Any, office: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        fields: Any = self.fields
        fields["school"].queryset = schools
        # The board's own office has lists too: a hold on a rule without a school stops those.
        fields["school"].empty_label = _("Overal, ook op het bestuurskantoor") if office else None
        fields["school"].required = not office
        fields["rule"].queryset = RetentionRule.objects.exclude(fate=Fate.KEEP)
        fields["owner"].queryset = User.objects.filter(is_active=True).order_by("sort_name", "pk")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("person_key")) == bool(cleaned.get("rule")):
            self.add_error("person_key", _("Vul een leerlingnummer in, of kies een termijn."))
        return cleaned


class DoubtForm(WatchForBsn, forms.Form):
    """What is the matter with a number: another one belongs here, or nothing is left."""

    NUMBER, GONE = "number", "gone"
    what = forms.ChoiceField(
        label=_("Wat is er aan de hand?"),
        choices=[
            (NUMBER, _("Bij deze gegevens hoort een ander nummer")),
            (GONE, _("Er is niets meer om te vernietigen, of de regel was een vergissing")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat er aan de hand is.")},
    )
    number = only_when(
        _("alleen als er een ander nummer bij hoort"),
        forms.CharField(
            label=_("Het goede nummer"),
            required=False,
            max_length=LONGEST_KEY,
            help_text=_("Het nummer uit de administratie. Geen naam en geen BSN."),
        ),
    )
    reason = only_when(
        _("alleen als er niets meer te vernietigen is"),
        words(
            _("Hoe weet u dat?"),
            max_length=1000,
            help_text=_("Bijvoorbeeld: met de leverancier nagekeken. Geen namen of nummers."),
        ),
    )

    @property
    def not_bsn(self) -> frozenset[str]:
        """Digits of which somebody said that they are no BSN."""
        return frozenset(self._confirmed())


class LiftForm(WatchForBsn, forms.Form):
    """Why what was held may go again."""

    because = words(
        _("Waarom mag dit weer weg?"),
        required=_("Schrijf op waarom dit weer weg mag."),
        max_length=1000,
    )


class ReviewForm(WatchDays, forms.Form):
    """It must stay: until when."""

    review_on = Day(label=_("Wanneer kijkt u opnieuw?"))
