"""What the board types about its choices and the languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from consent.actions.policy import Choices
from privacyboard.backoffice.fields import Day
from privacyboard.backoffice.forms import WatchDays


class PolicyForm(forms.Form):
    """The board's choices where the law leaves some."""

    both_must_agree = forms.TypedChoiceField(
        label=_("Wanneer is het ja, als er twee ouders met gezag zijn?"),
        choices=[
            ("een", _("Eén ja is genoeg, zolang niemand met gezag nee zegt")),
            ("beide", _("Beide ouders moeten ja zeggen")),
        ],
        coerce=lambda value: value == "beide",
        widget=forms.RadioSelect,
    )
    period_ends_day = forms.IntegerField(
        label=_("Dag waarop een ja vervalt"), min_value=1, max_value=31
    )
    period_ends_month = forms.TypedChoiceField(
        label=_("Maand waarin een ja vervalt"), choices=list(MONTHS.items()), coerce=int
    )
    reconfirm_days = forms.IntegerField(
        label=_("Dagen na de zestiende verjaardag"),
        min_value=0,
        max_value=366,
        help_text=_(
            "Zo lang mag wat al gepubliceerd is blijven staan, terwijl de leerling nog niet "
            "antwoordde. Voor iets nieuws geldt het ja van de ouders dan al niet meer."
        ),
    )
    clean_up_days = forms.IntegerField(
        label=_("Dagen om iets weg te halen"), min_value=1, max_value=366
    )

    def choices(self) -> Choices:
        return Choices(**self.cleaned_data)


class ReleaseForm(WatchDays, forms.Form):
    """Who checked the texts of a language, and when."""

    checked_by = forms.CharField(
        label=_("Wie keek de teksten na?"),
        max_length=200,
        help_text=_("Iemand die de taal goed kent."),
        error_messages={"required": _("Vul in wie de teksten nakeek.")},
    )
    checked_on = Day(label=_("Wanneer?"))


def initial_of(policy: Any) -> dict[str, Any]:
    """The board's choices as the form shows them."""
    return {
        "both_must_agree": "beide" if policy.both_must_agree else "een",
        "period_ends_day": policy.period_ends_day,
        "period_ends_month": policy.period_ends_month,
        "reconfirm_days": policy.reconfirm_days,
        "clean_up_days": policy.clean_up_days,
    }
