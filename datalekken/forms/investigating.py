"""What people type while they find out what happened."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from datalekken.choices import Discovery, IncidentKind, Nature, Occurrence
from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import FilesField, Moment, PersonChoice, only_when, words
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from privacyboard.organisation.querysets import running_on
from registers.models import Agreement, Processor, Product


class TakeUpForm(CaseForm):
    """Who handles the breach from now on."""

    handler = PersonChoice(
        label=_("Wie behandelt dit datalek?"),
        queryset=None,
        empty_label=None,
        error_messages={"invalid_choice": _("Deze persoon kan dit datalek niet behandelen.")},
    )

    def prepare(self) -> None:
        field: Any = self.fields["handler"]
        handlers = User.objects.filter(
            running_on(timezone.localdate(), "appointments__"),
            is_active=True,
            appointments__group__permissions__codename=Right.HANDLE_BREACHES,
        )
        field.queryset = handlers.order_by("sort_name", "pk").distinct()


class _SchoolBoxes(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class DescribeForm(CaseForm):
    """In short what it is, what kind, and which schools it touches."""

    title = forms.CharField(
        label=_("Korte titel"),
        max_length=150,
        help_text=_("Bijvoorbeeld: USB-stick met rapporten kwijt. Zet er geen namen in."),
        error_messages={"required": _("Vul een korte titel in.")},
    )
    kind = forms.ChoiceField(label=_("Soort incident"), choices=IncidentKind)
    nature = forms.ChoiceField(
        label=_("Wat het is"),
        choices=Nature,
        help_text=_("Ook een bijna-datalek blijft in het register staan."),
    )
    schools = _SchoolBoxes(
        label=_("Welke scholen raakt het?"),
        queryset=None,
        required=False,
        help_text=_("Kies elke school waar het om gaat. Kies niets als het alleen het bestuur is."),
    )

    def prepare(self) -> None:
        field: Any = self.fields["schools"]
        field.queryset = School.objects.order_by("sort_name", "pk")
        for name in ("title", "kind", "nature"):
            self.initial.setdefault(name, getattr(self.case, name))
        self.initial.setdefault("schools", [each.pk for each in self.case.schools.all()])


_TIMES = (
    "occurrence",
    "occurred_from",
    "occurred_until",
    "is_estimated",
    "first_signal_at",
    "certain_at",
    "processor_discovered_at",
    "processor_noticed_at",
    "discovery",
    "discovery_text",
)


class TimesForm(CaseForm):
    """When everything happened; what is not known stays empty."""

    occurrence = forms.ChoiceField(label=_("Wanneer gebeurde het?"), choices=Occurrence)
    occurred_from = only_when(
        _("alleen als u weet wanneer"), Moment(label=_("Gebeurd op of vanaf"), required=False)
    )
    occurred_until = only_when(
        _("alleen bij een periode"),
        Moment(label=_("Gebeurd tot"), required=False),
    )
    is_estimated = forms.BooleanField(label=_("Deze tijden zijn een schatting"), required=False)
    first_signal_at = Moment(
        label=_("Eerste signaal"),
        required=False,
        help_text=_("Wanneer iemand van school of bestuur voor het eerst iets merkte of hoorde."),
    )
    certain_at = Moment(
        label=_("Zeker geweten op"),
        required=False,
        help_text=_(
            "Wanneer u redelijk zeker wist dat het een datalek is. Vanaf dit moment lopen de 72 "
            "uur. Weet u het nog niet zeker? Laat het dan leeg."
        ),
    )
    processor_discovered_at = Moment(
        label=_("Ontdekt door de leverancier"),
        required=False,
        help_text=_("Alleen als het bij een leverancier gebeurde."),
    )
    processor_noticed_at = Moment(
        label=_("Bericht van de leverancier"),
        required=False,
        help_text=_(
            "Wanneer de leverancier het u vertelde. Ook dan begint de termijn om te melden."
        ),
    )
    discovery = forms.ChoiceField(
        label=_("Hoe is het ontdekt?"),
        choices=[("", _("nog niet bekend")), *Discovery.choices],
        required=False,
    )
    discovery_text = words(_("Uitleg van de ontdekking"), rows=2, max_length=2000)

    def prepare(self) -> None:
        for name in _TIMES:
            self.initial.setdefault(name, getattr(self.case, name))


class _BySupplier(forms.ModelChoiceField):
    """Agreements or products in groups, one for each supplier; `name_of` names one of them."""

    def __init__(self, **named: Any) -> None:
        super().__init__(queryset=None, required=False, **named)

    def fill(self, rows: Any, *, name_of: str) -> None:
        """Offer these rows, which are in the order of their supplier."""
        self.queryset = rows
        grouped = groupby(rows, key=lambda row: row.processor.name)
        groups = [
            (supplier, [(row.pk, str(getattr(row, name_of))) for row in each])
            for supplier, each in grouped
        ]
        self.choices = [("", _("geen, of nog niet bekend")), *groups]


class SupplierForm(CaseForm):
    """At which supplier it happened, under which agreement, with which product."""

    processor: Any = forms.ModelChoiceField(
        label=_("Leverancier"),
        queryset=None,
        required=False,
        empty_label=_("niet bij een leverancier"),
    )
    agreement = _BySupplier(
        label=_("Verwerkersovereenkomst"),
        help_text=_("Hierin staat binnen hoeveel uur de leverancier het moet vertellen."),
    )
    product = _BySupplier(label=_("Product of dienst"))

    def prepare(self) -> None:
        processors: Any = self.fields["processor"]
        processors.queryset = Processor.objects.order_by("sort_name", "pk")
        order = ("processor__sort_name", "processor_id")
        agreements, products = self.fields["agreement"], self.fields["product"]
        every = Agreement.objects.select_related("processor").order_by(*order, "-starts_on")
        agreements.fill(every, name_of="reference")  # type: ignore[attr-defined]
        named = Product.objects.select_related("processor").order_by(*order, "sort_name")
        products.fill(named, name_of="name")  # type: ignore[attr-defined]
        for name in ("processor", "agreement", "product"):
            self.initial.setdefault(name, getattr(self.case, f"{name}_id"))


class FilesForm(CaseForm):
    """Photos and files that tell more."""

    uploads = FilesField()
    note = forms.CharField(label=_("Toelichting"), max_length=300, required=False)
