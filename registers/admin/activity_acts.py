"""The acts on a processing activity, as buttons on its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.acts import ActButton
from privacyboard.backoffice.forms import ConfirmForm, ReasonForm, WatchForBsn
from privacyboard.organisation.choices import Right
from registers import actions
from registers.admin.activity_state import content_of, in_force_of
from registers.choices import CompatibilityOutcome
from registers.models import ProcessingActivity, read_content
from registers.rules.completeness import blocking_gaps
from registers.rules.differences import purpose_changes
from registers.rules.states import EDITABLE, TRANSITIONS, Step


class RemarkForm(WatchForBsn, forms.Form):
    """The FG's own remark."""

    text = forms.CharField(
        label=_("Opmerking van de FG"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        error_messages={"required": _("Schrijf uw opmerking op.")},
    )


class CompatibilityForm(WatchForBsn, forms.Form):
    """The five questions of AVG 6(4), when a purpose changes."""

    link = forms.CharField(
        label=_("Welk verband is er tussen het oude en het nieuwe doel?"), widget=forms.Textarea
    )
    context = forms.CharField(
        label=_("Hoe zijn de gegevens gekregen, en wat verwachten mensen?"), widget=forms.Textarea
    )
    nature = forms.CharField(
        label=_("Wat voor gegevens zijn het? Zijn er gevoelige bij?"), widget=forms.Textarea
    )
    consequences = forms.CharField(
        label=_("Wat zijn de gevolgen voor de mensen?"), widget=forms.Textarea
    )
    safeguards = forms.CharField(label=_("Welke waarborgen zijn er?"), widget=forms.Textarea)
    outcome = forms.ChoiceField(
        label=_("Is het nieuwe doel verenigbaar?"),
        choices=CompatibilityOutcome,
        widget=forms.RadioSelect,
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


def _no_changed_purpose(activity: ProcessingActivity) -> str:
    version = in_force_of(activity)
    if version is None or not purpose_changes(version.read(), content_of(activity)):
        return str(_("Deze toets is alleen nodig als een doel verandert."))
    return ""


def _still_needed(activity: ProcessingActivity) -> list[str]:
    return [f"{gap.sentence} ({gap.article})" for gap in blocking_gaps(read_content(activity))]


ACTS = (
    _step(
        "voorstellen",
        _("Voorstellen"),
        Step.PROPOSE,
        lambda record, given, by, at: actions.propose(activity=record, by=by, at=at),
        _("De verwerking is voorgesteld."),
        notes=_still_needed,
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
        name="verenigbaarheid",
        label=_("Verenigbaarheidstoets"),
        right=Right.CHANGE_REGISTER,
        perform=lambda record, given, by, at: actions.judge_compatibility(
            activity=record,
            answers=given,
            outcome=given["outcome"],
            by=by,
            at=at,
        ),
        done=_("De verenigbaarheidstoets is vastgelegd."),
        explanation=_("Nodig als een doel verandert (AVG 6 lid 4)."),
        form=CompatibilityForm,
        refusals=(actions.JudgementRefused,),
        closed=_no_changed_purpose,
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
