"""Small forms of the office: a day to look at, an answer that staff heard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consent.choices import Way
from consent.models import Question
from consent.models.class_sheet import Voter
from privacyboard.backoffice.fields import Day
from privacyboard.backoffice.forms import WatchDays


class OnDayForm(WatchDays, forms.Form):
    """On which day one wants to know what held."""

    op = Day(label=_("Wat geldt op"), required=False)


class PaperForm(WatchDays, forms.Form):
    """The day of the papers of a class."""

    said_on = Day(
        label=_("Datum op het papier"),
        help_text=_("Eén datum per keer. Hebben papieren een andere datum, voer die dan apart in."),
    )


YES, NO = "ja", "nee"


class HeardForm(WatchDays, forms.Form):
    """What one person said, as staff heard or read it: who, how, when, and each question."""

    who = forms.ChoiceField(
        label=_("Wie antwoordt?"),
        choices=(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wie antwoordt.")},
    )
    way = forms.ChoiceField(
        label=_("Hoe?"),
        choices=[(each, Way(each).label) for each in (Way.PAPER, Way.DESK, Way.TELEPHONE)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe het antwoord kwam.")},
    )
    said_on = Day(label=_("Op welke dag?"))

    def __init__(
        self,
        *given: Any,
        voters: list[Voter],
        questions: list[Question],
        texts: dict[int, str],
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self._voters = {each.key: each for each in voters}
        who: Any = self.fields["who"]
        who.choices = [(each.key, each.name) for each in voters]
        if len(voters) == 1:
            who.initial = voters[0].key
        self._questions = questions
        for question in questions:
            self.fields[f"q{question.pk}"] = forms.ChoiceField(
                label=question.name,
                required=False,
                choices=[("", _("niets gezegd")), (YES, _("ja")), (NO, _("nee"))],
                widget=forms.RadioSelect,
                help_text=texts.get(question.pk, ""),
            )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not self.answers():
            raise ValidationError(_("Kies bij minstens één vraag ja of nee."))
        return cleaned

    def answers(self) -> dict[int, bool]:
        """Yes or no, per question that was answered."""
        found = {each.pk: self.cleaned_data.get(f"q{each.pk}") for each in self._questions}
        return {key: value == YES for key, value in found.items() if value}

    def voter(self) -> Voter:
        """Who answers."""
        return self._voters[self.cleaned_data["who"]]
