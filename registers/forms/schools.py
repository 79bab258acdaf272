"""What schools type about the board's standard, about who has access, and about their letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fields import only_when, words
from privacyboard.backoffice.forms import WatchForBsn
from registers.choices import DeviatingField, ReviewOutcome, VersionReply
from registers.rules.matrix import answer_problem


class DeviationForm(WatchForBsn, forms.Form):
    """On which part a school does otherwise, how, and why."""

    field = forms.ChoiceField(label=_("Op welk onderdeel"), choices=DeviatingField)
    text = words(
        _("Hoe het op uw school is"),
        required=_("Schrijf op hoe het op uw school is."),
        max_length=2000,
        help_text=_(
            "Dit komt ook in de openbare privacyverklaring van uw school. Schrijf geen namen op."
        ),
    )
    reason = words(
        _("Waarom het bij u anders is"),
        required=_("Schrijf op waarom het bij u anders is."),
        max_length=2000,
    )


class AnswerForm(WatchForBsn, forms.Form):
    """Accept the new version, or keep the own deviation."""

    reply = forms.ChoiceField(
        label=_("Wat doet uw school?"),
        choices=VersionReply,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat uw school doet.")},
    )
    remark = words(_("Toelichting"), rows=2, max_length=1000)

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
    corrections = only_when(
        _("alleen als het niet helemaal klopt"),
        words(_("Wat er anders moet"), rows=4, max_length=5000),
    )

    def clean(self) -> dict[str, Any] | None:
        """A correction has words: said at the field where they belong."""
        cleaned = super().clean()
        outcome, written = (self.cleaned_data.get(name, "") for name in ("outcome", "corrections"))
        problem = answer_problem(
            outcome=outcome, corrections=written, outcomes=ReviewOutcome.values
        )
        if outcome and problem:
            self.add_error("corrections", problem)
        return cleaned


class LetterSentForm(WatchForBsn, forms.Form):
    """When and how a school sent its letter to parents."""

    sent_on = forms.DateField(
        label=_("Verstuurd op"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Vul in op welke dag de brief is verstuurd."),
            "invalid": _("Vul een datum in, zoals 2-3-2026."),
        },
    )
    way = forms.CharField(
        label=_("Hoe"),
        max_length=200,
        help_text=_("Bijvoorbeeld: in de ouderapp, of op papier mee naar huis."),
        error_messages={"required": _("Schrijf op hoe de brief is verstuurd.")},
    )
