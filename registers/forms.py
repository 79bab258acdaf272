"""What schools type about the board's standard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import WatchForBsn
from registers.choices import DeviatingField, ReviewOutcome, VersionReply
from registers.rules.matrix import answer_problem


class DeviationForm(WatchForBsn, forms.Form):
    """On which part a school does otherwise, how, and why."""

    field = forms.ChoiceField(label=_("Op welk onderdeel"), choices=DeviatingField)
    text = forms.CharField(
        label=_("Hoe het op uw school is"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Schrijf op hoe het op uw school is.")},
    )
    reason = forms.CharField(
        label=_("Waarom het bij u anders is"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Schrijf op waarom het bij u anders is.")},
    )


class AnswerForm(WatchForBsn, forms.Form):
    """Accept the new version, or keep the own deviation."""

    reply = forms.ChoiceField(
        label=_("Wat doet uw school?"),
        choices=VersionReply,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat uw school doet.")},
    )
    remark = forms.CharField(
        label=_("Toelichting"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
    )

    def __init__(self, *args: Any, may_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_keep:
            reply = self.fields["reply"]
            reply.choices = [(VersionReply.ACCEPTED.value, VersionReply.ACCEPTED.label)]  # type: ignore[attr-defined]


class AccessAnswerForm(WatchForBsn, forms.Form):
    """The director's yearly answer to the access matrix."""

    outcome = forms.ChoiceField(
        label=_("Klopt de toegang op deze school?"),
        choices=ReviewOutcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies of de toegang klopt.")},
    )
    corrections = forms.CharField(
        label=_("Wat er anders moet"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        help_text=_("Alleen nodig als het niet helemaal klopt."),
    )

    def clean(self) -> dict[str, Any] | None:
        """A correction has words: said at the field where they belong."""
        cleaned = super().clean()
        outcome, words = (self.cleaned_data.get(name, "") for name in ("outcome", "corrections"))
        problem = answer_problem(outcome=outcome, corrections=words, outcomes=ReviewOutcome.values)
        if outcome and problem:
            self.add_error("corrections", problem)
        return cleaned
