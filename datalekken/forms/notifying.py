"""What people type for the AP: the answers that only its form asks, and what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datalekken.choices import NotificationKind
from datalekken.content import PARTS, Question
from datalekken.rules.notification import options_of
from datalekken.rules.notification.answers import LONGEST, MOST_PEOPLE
from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, Moment, PersonChoice, only_when, words
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User

# A field whose name is a number alone cannot be read in a template.
_PREFIX = "q_"
_NOT_CHOSEN = ("", _("nog niets gekozen"))


@dataclass(frozen=True)
class AnswerPart:
    """Questions under one heading, folded away: how many of them are filled in stands on it."""

    title: str
    fields: list[forms.BoundField]
    filled_in: int
    is_open: bool


class AnswersForm(CaseForm):
    """The questions of `content.answers`; those about what was not broken are left out."""

    def prepare(self) -> None:
        last = self.case.assessments.last()
        self.aspects = set(last.facts.get("aspects", ())) if last else set()
        for part in PARTS:
            for question in part.questions:
                if self._asks(question):
                    name = f"{_PREFIX}{question.key}"
                    self.fields[name] = _field_of(question)
                    standing = self.case.form_answers.get(question.key)
                    self.initial.setdefault(name, _shown(question, standing))

    def _asks(self, question: Question) -> bool:
        is_open = not question.aspect or not self.aspects or question.aspect in self.aspects
        # What was answered before stays on the screen, so that it can be taken away.
        return is_open or question.key in self.case.form_answers

    def parts(self) -> Iterator[AnswerPart]:
        """The questions under their headings. What was typed, or is wrong, is never hidden."""
        for part in PARTS:
            names = [f"{_PREFIX}{each.key}" for each in part.questions]
            fields = [self[name] for name in names if name in self.fields]
            filled_in = sum(each.value() not in (None, "", []) for each in fields)
            is_wrong = any(each.errors for each in fields)
            if fields:
                yield AnswerPart(
                    part.title, fields, filled_in, is_wrong or (self.is_bound and filled_in > 0)
                )

    def answers(self) -> dict[str, Any]:
        """What was typed, by the key of the question, as it is kept."""
        return {
            name.removeprefix(_PREFIX): _plain(value) for name, value in self.cleaned_data.items()
        }

    def named(self, errors: Mapping[str, str]) -> dict[str, str]:
        """What an act refused, which names a question by its key, by the name of the field."""
        return {f"{_PREFIX}{key}" if key else "": words for key, words in errors.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _shown(question: Question, kept: Any) -> Any:
    if question.kind == "day" and isinstance(kept, str):
        return date.fromisoformat(kept)
    return kept


def _field_of(question: Question) -> forms.Field:
    named: dict[str, Any] = {"label": question.label, "help_text": question.help}
    options = list(options_of(question).items())
    if question.kind == "many":
        return forms.MultipleChoiceField(
            choices=options, widget=forms.CheckboxSelectMultiple, required=False, **named
        )
    if question.kind == "one":
        return forms.ChoiceField(choices=[_NOT_CHOSEN, *options], required=False, **named)
    if question.kind == "number":
        return forms.IntegerField(
            min_value=0,
            max_value=MOST_PEOPLE,
            required=False,
            error_messages={"invalid": _("Vul een heel aantal in, bijvoorbeeld 25.")},
            **named,
        )
    if question.kind == "day":
        return Day(required=False, **named)
    return words(max_length=LONGEST, **named)


class NotifyForm(CaseForm):
    """What was sent to the AP, when, by whom and under which number."""

    kind = forms.ChoiceField(
        label=_("Wat heeft u verstuurd?"),
        choices=NotificationKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat u verstuurde.")},
    )
    sent_at = Moment(label=_("Wanneer heeft u het verstuurd?"))
    ap_number = forms.CharField(
        label=_("Nummer bij de AP"),
        max_length=50,
        required=False,
        help_text=_("Staat in de bevestiging van de AP."),
    )
    sender = PersonChoice(label=_("Wie heeft het verstuurd?"), queryset=None, empty_label=None)
    delay_reason = only_when(
        _("alleen bij een nieuwe melding na de termijn"),
        words(
            _("Waarom later dan de termijn?"),
            help_text=_("AVG, artikel 33 lid 1."),
        ),
    )
    withdrawal_reason = only_when(
        _("alleen bij een intrekking"),
        words(_("Waarom trekt u de melding in?")),
    )

    def prepare(self) -> None:
        field: Any = self.fields["sender"]
        roles = [Role.IBP_MANAGER, Role.FG, Role.BOARD_MEMBER]
        could = Q(appointments__role__in=roles, appointments__school=None)
        field.queryset = (
            User.objects.filter(could, is_active=True).distinct().order_by("sort_name", "pk")
        )


class ApNumberForm(CaseForm):
    """The number that the AP gave later."""

    ap_number = forms.CharField(
        label=_("Nummer bij de AP"),
        max_length=50,
        error_messages={"required": _("Vul het nummer in dat de AP gaf.")},
        help_text=_("Staat in de bevestiging van de AP."),
    )
