"""The acts on a processing activity, as buttons on its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.acts import ActButton
from privacyboard.backoffice.forms import ConfirmForm, ReasonForm, WatchForBsn
from privacyboard.organisation.choices import Right
from registers import actions
from registers.models import ProcessingActivity
from registers.rules.states import EDITABLE, TRANSITIONS, Step


class RemarkForm(WatchForBsn, forms.Form):
    """The FG's own remark."""

    text = forms.CharField(
        label=_("Opmerking van de FG"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        error_messages={"required": _("Schrijf uw opmerking op.")},
    )


class EstablishForm(WatchForBsn, forms.Form):
    """Establishing, with a reason where a processor has no valid agreement."""

    exception = forms.CharField(
        label=_("Reden als een overeenkomst ontbreekt"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_(
            "Alleen nodig als een verwerker geen geldige overeenkomst heeft. "
            "De reden wordt met de datum bewaard."
        ),
    )


def _closed_unless(step: Step) -> Any:
    row = TRANSITIONS[step]

    def closed(activity: ProcessingActivity) -> str:
        if activity.status == row.source:
            return ""
        status = activity.get_status_display()
        return _("Dit kan nu niet: de status is “%(status)s”.") % {"status": status}

    return closed


def _step(name: str, label: Any, step: Step, perform: Any, done: Any, **more: Any) -> ActButton:
    row = TRANSITIONS[step]
    form = more.pop("form", ReasonForm if row.asks_reason else ConfirmForm)
    return ActButton(
        name=name,
        label=label,
        right=row.right,
        perform=perform,
        done=done,
        closed=_closed_unless(step),
        refusals=(actions.StepRefused, actions.NotComplete),
        form=form,
        **more,
    )


ACTS = (
    _step(
        "voorstellen",
        _("Voorstellen"),
        Step.PROPOSE,
        lambda record, given, by, at: actions.propose(activity=record, by=by, at=at),
        _("De verwerking is voorgesteld."),
        explanation=_("De inhoud kan daarna niet meer veranderen tot er besloten is."),
    ),
    _step(
        "vaststellen",
        _("Vaststellen"),
        Step.ESTABLISH,
        lambda record, given, by, at: actions.establish(
            activity=record, by=by, at=at, exception=given["exception"]
        ),
        _("De verwerking is vastgesteld."),
        form=EstablishForm,
        explanation=_("De inhoud wordt als versie bewaard. De privacyverklaring rust erop."),
    ),
    _step(
        "terugsturen",
        _("Terugsturen"),
        Step.SEND_BACK,
        lambda record, given, by, at: actions.send_back(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        _("De verwerking is teruggestuurd."),
    ),
    _step(
        "herzien",
        _("Herzien"),
        Step.REVISE,
        lambda record, given, by, at: actions.revise(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        _("U kunt de verwerking nu bijwerken. De vastgestelde versie blijft gelden."),
    ),
    _step(
        "heropenen",
        _("Heropenen"),
        Step.REOPEN,
        lambda record, given, by, at: actions.reopen(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        _("De verwerking is heropend als concept."),
    ),
    _step(
        "vervallen",
        _("Laten vervallen"),
        Step.EXPIRE,
        lambda record, given, by, at: actions.expire(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        _("De verwerking is vervallen."),
        is_danger=True,
    ),
    ActButton(
        name="opmerking",
        label=_("Opmerking van de FG"),
        right=Right.ADVISE_REGISTER,
        perform=lambda record, given, by, at: actions.remark(
            activity=record, text=given["text"], by=by, at=at
        ),
        done=_("Uw opmerking is vastgelegd."),
        form=RemarkForm,
    ),
    ActButton(
        name="vernietigen",
        label=_("Concept vernietigen"),
        right=Right.DESTROY_REGISTER,
        perform=lambda record, given, by, at: actions.destroy_concept(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        done=_("Het concept is vernietigd. De geschiedenis blijft."),
        form=ReasonForm,
        refusals=(actions.NotEditable,),
        closed=lambda record: (
            "" if record.status in EDITABLE else str(_("Alleen een concept kan weg."))
        ),
        is_danger=True,
        leaves_record=True,
    ),
)
