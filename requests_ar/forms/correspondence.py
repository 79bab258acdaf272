"""What people type in the exchange with the requester: checks, questions, time, a fee."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, words
from requests_ar.choices import ExtensionReason, FeeGround, IdentityMethod, PauseKind
from requests_ar.forms.asking import NoFiles
from requests_ar.rules.terms import extension_falls, term_of


def _in_words(day: Any) -> str:
    return formats.date_format(day, "j F Y")


class _Today(CaseForm):
    """A form with a day that is today unless another is given."""

    day = ""

    def prepare(self) -> None:
        self.initial.setdefault(self.day, timezone.localdate())


class ReceiptForm(CaseForm):
    """The day on which the school really had the request."""

    received_on = Day(
        label=_("Op welke dag kreeg de school het verzoek?"),
        help_text=_("Ook een mail aan de leraar telt. De termijn wordt opnieuw geteld."),
    )
    reason = words(_("Waarom"), required=_("Schrijf op waarom de dag van ontvangst anders is."))
    falls = forms.BooleanField(label=_("Dat klopt: de verlenging vervalt"), required=False)

    def prepare(self) -> None:
        self.initial.setdefault("received_on", self.case.received_on)
        if self.case.extended_on is None or not self.is_bound:
            del self.fields["falls"]

    def clean(self) -> dict[str, Any] | None:
        """An extension falls only under the eyes of who lets it fall."""
        cleaned = super().clean()
        given = self.cleaned_data
        received_on, extended_on = given.get("received_on"), self.case.extended_on
        if (
            received_on
            and extension_falls(received_on, extended_on=extended_on)
            and not given.pop("falls", False)
        ):
            told = _(
                "Door deze dag vervalt de verlenging: de vrager hoorde ervan op %(told)s, en dat "
                "is dan na de eerste maand (AVG 12 lid 3). De uiterste dag wordt %(day)s. Klopt "
                "het? Kruis dit dan aan."
            )
            last_day = term_of(received_on, extended=False).last_day
            days = {"told": _in_words(extended_on), "day": _in_words(last_day)}
            self.add_error("falls", told % days)
        given.pop("falls", None)
        return cleaned


class CheckForm(NoFiles, _Today):
    """How it was found out who asks, or that there is authority."""

    day = "checked_on"
    about = forms.ChoiceField(
        label=_("Wat hebt u nagegaan?"),
        choices=[(each.value, each.label) for each in (PauseKind.IDENTITY, PauseKind.AUTHORITY)],
        widget=forms.RadioSelect,
        initial=PauseKind.IDENTITY,
        error_messages={"required": _("Kies wat u hebt nagegaan.")},
    )
    method = forms.ChoiceField(
        label=_("Hoe?"),
        choices=IdentityMethod,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe u het hebt nagegaan.")},
    )
    is_established = forms.TypedChoiceField(
        label=_("Staat het vast?"),
        choices=[("yes", _("Ja")), ("no", _("Nee"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
        error_messages={"required": _("Kies ja of nee.")},
    )
    checked_on = Day(label=_("Op welke dag?"))
    note = forms.CharField(label=_("Toelichting"), max_length=300, required=False)


class QuestionForm(NoFiles, CaseForm):
    """What the school must know first; the letter says it."""

    kind = forms.ChoiceField(
        label=_("Waarover vraagt u iets?"),
        choices=PauseKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies waarover u iets vraagt.")},
    )
    reason = words(
        _("Wat vraagt u, en waarom?"),
        required=_("Schrijf op wat u vraagt en waarom. Dit gaat naar de vrager."),
        help_text=_(
            "Dit komt in de brief aan de vrager. Vraag nooit om een kopie van een paspoort."
        ),
    )


class QuestionAnsweredForm(_Today):
    """The day on which the requester answered."""

    day = "answered_on"
    answered_on = Day(label=_("Op welke dag kwam het antwoord?"))


class ExtendForm(CaseForm):
    """Why the answer takes longer: one of two reasons, in words for the requester."""

    reason = forms.ChoiceField(
        label=_("Waarom is meer tijd nodig?"),
        choices=ExtensionReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies waarom verlengen nodig is. Drukte is geen reden.")},
    )
    text = words(
        _("Leg het uit aan de vrager"),
        required=_("Leg in gewone taal uit waarom het langer duurt."),
    )


class FeeForm(CaseForm):
    """A fee, announced before it is charged."""

    ground = forms.ChoiceField(
        label=_("Waarom vraagt u een vergoeding?"),
        choices=FeeGround,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies waarom. Anders is een verzoek gratis.")},
    )
    amount = forms.DecimalField(
        label=_("Bedrag in euro"),
        max_digits=7,
        decimal_places=2,
        localize=True,
        error_messages={
            "required": _("Vul het bedrag in."),
            "invalid": _("Vul een bedrag in, zoals 12,50."),
        },
    )
    reasons = words(_("Leg uit waarom"), required=_("Leg uit waarom. De vrager leest dit."))


class WithdrawForm(_Today):
    """The requester takes the request back."""

    day = "withdrawn_on"
    withdrawn_on = Day(label=_("Op welke dag trok de vrager het in?"))
    reason = words(
        _("Hoe liet de vrager het weten?"),
        required=_("Schrijf op hoe de vrager het liet weten."),
        help_text=_("Dit staat ook in de brief aan de vrager."),
    )


class PostedForm(_Today):
    """The day on which a letter on paper went out."""

    day = "posted_on"
    posted_on = Day(label=_("Op welke dag ging de brief op de post, of gaf u hem mee?"))
