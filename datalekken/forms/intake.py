"""What staff type for somebody else: a report that came by telephone, by e-mail or at the door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from datalekken.actions.reporting import Reported
from datalekken.choices import ReportChannel, ReporterKind
from datalekken.forms.reporting import TIMES, ReportFields
from privacyboard.backoffice.fields import Moment
from privacyboard.organisation.models import School


class IntakeForm(ReportFields):
    """A report that reached the school in another way, written down in under a minute."""

    field_order = ("channel", "reported_at", "reporter_kind", "reporter_name", "school", "kind")

    channel = forms.ChoiceField(
        label=_("Hoe kwam het binnen?"),
        choices=[(each.value, each.label) for each in ReportChannel if each != ReportChannel.FORM],
        initial=ReportChannel.PHONE,
    )
    reported_at = Moment(
        label=_("Wanneer hoorde de school het?"),
        help_text=_("Het moment waarop iemand van de school of het bestuur het hoorde of las."),
    )
    reporter_kind = forms.ChoiceField(
        label=_("Wie meldde het?"), choices=ReporterKind.choices, initial=ReporterKind.PARENT
    )
    school = forms.ChoiceField(label=_("School"), error_messages={"required": _("Kies de school.")})

    def __init__(self, *given: Any, places: Sequence[tuple[str, Any]], **named: Any) -> None:
        many = [("", "—"), *places] if len(places) > 1 else places
        super().__init__(*given, places=many, **named)
        self.fields["reported_at"].initial = self.at.replace(second=0, microsecond=0)
        for name, label in _INTAKE_WORDS.items():
            self.fields[name].label = label
        self.fields["what_happened"].help_text = _("Schrijf ook wat al gedaan is.")
        self.fields["reporter_email"].help_text = _(
            "Dan krijgt de melder het nummer en een link om te volgen."
        )

    def clean(self) -> dict[str, Any] | None:
        """Nobody reports what has not happened yet."""
        cleaned = super().clean()
        reported_at = self.cleaned_data.get("reported_at")
        for name in TIMES:
            moment = self.cleaned_data.get(name)
            if reported_at and moment and moment > reported_at and name not in self.errors:
                told = _(
                    "Dit ligt na de melding. Controleer datum en tijd, ook die van de melding."
                )
                self.add_error(name, told)
        return cleaned

    def reported(self, *, schools: Mapping[str, School], **more: Any) -> Reported:
        """The same, with the way and the moment at which it came in."""
        given = self.cleaned_data
        in_what_way = {"channel": given["channel"], "reported_at": given["reported_at"]}
        return super().reported(schools=schools, **in_what_way, **more)


_INTAKE_WORDS: dict[str, Any] = {
    "reporter_name": _("Naam van de melder"),
    "reporter_email": _("E-mailadres van de melder"),
    "reporter_phone": _("Telefoon van de melder"),
    "first_signal_at": _("Wanneer merkte de melder het?"),
}
