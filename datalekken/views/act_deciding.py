"""The acts with which a breach is weighed, advised on and decided."""

from __future__ import annotations

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from datalekken.actions import closing, deciding
from datalekken.choices import TellGround
from datalekken.forms import deciding as decided
from datalekken.forms.assessing import AssessForm
from datalekken.models import Assessment, Breach
from datalekken.views.weighed import RISK_SENTENCES
from privacyboard.backoffice.casework import ActPage, Doing, Note


def _assess(doing: Doing) -> Assessment:
    return deciding.assess_breach(
        breach=doing.case,
        facts=doing.form.facts(),
        explanation=doing.form.cleaned_data["explanation"],
        seen=doing.seen,
        **doing.who,
    )


def _advise(doing: Doing) -> Breach:
    return deciding.advise(breach=doing.case, seen=doing.seen, **doing.typed, **doing.who)


def _decide(doing: Doing) -> Breach:
    return deciding.decide(
        breach=doing.case, decision=doing.form.decision(), seen=doing.seen, **doing.who
    )


def _place(doing: Doing) -> Breach:
    return closing.place_notice(breach=doing.case, seen=doing.seen, **doing.typed, **doing.who)


def report_notes(case: Breach, _target: Any) -> tuple[Note, ...]:
    """What the report says, in the reporter's own words."""
    said = (
        (_("Wat er gebeurde: %s"), case.what_happened),
        (_("Om wie het gaat: %s"), case.whose_data),
        (_("Welke gegevens: %s"), case.which_data),
    )
    lines = tuple(words % text for words, text in said if text.strip())
    return (Note(_("In de melding staat:"), lines),)


def assessment_notes(case: Breach, _target: Any) -> tuple[Note, ...]:
    """What the last assessment found, with its reasons; or that there is none."""
    last = case.assessments.last()
    if last is None:
        return (
            Note(
                _("Er is nog geen risicobeoordeling. Zonder besluit u niet over een datalek."),
                tone="attention",
            ),
        )
    text = _("Risicobeoordeling van %(day)s: %(risk)s") % {
        "day": formats.date_format(timezone.localtime(last.made_at), "j F Y H:i"),
        "risk": RISK_SENTENCES[last.risk],
    }
    return (Note(text, tuple(last.outcome.get("reasons", ()))),)


def decide_notes(case: Breach, target: Any) -> tuple[Note, ...]:
    """What the rules and the FG advise, each with its moment."""
    if not case.fg_advised_at:
        by_fg = Note(_("De FG gaf nog geen advies. U mag besluiten, ook zonder."))
    else:
        by_fg = Note(
            _("Advies van de FG van %(day)s: %(advice)s")
            % {
                "day": formats.date_format(timezone.localtime(case.fg_advised_at), "j F Y H:i"),
                "advice": case.fg_advice,
            }
        )
    return (*assessment_notes(case, target), by_fg)


def _notice_notes(case: Breach, _target: Any) -> tuple[Note, ...]:
    if case.tell_ground != TellGround.DISPROPORTIONATE:
        return (Note(_("Bij dit datalek hoort geen openbaar bericht."), tone="attention"),)
    return (Note(_("De tekst van het bericht:"), tuple(case.public_notice.splitlines())),)


def reopen_notes(case: Breach, _target: Any) -> tuple[Note, ...]:
    """That reopening throws nothing away."""
    if case.decided_at is None:
        return ()
    return (
        Note(
            _("Het besluit van %(day)s blijft te lezen. Daarna beoordeelt en besluit u opnieuw.")
            % {"day": formats.date_format(timezone.localtime(case.decided_at), "j F Y H:i")}
        ),
    )


DECIDING: dict[str, ActPage] = {
    "beoordelen": ActPage(
        title=_("Het risico beoordelen"),
        button=_("Risico beoordelen"),
        done="",
        form=AssessForm,
        perform=_assess,
        explanation=_(
            "Beantwoord de vragen met wat u nu weet. U krijgt een advies met de redenen. Weet u "
            "later meer? Beoordeel dan opnieuw: elke beoordeling blijft staan."
        ),
        notes=report_notes,
        part="beoordeling",
        template="datalekken/assess.html",
        tells=lambda _case, made: RISK_SENTENCES[made.risk],
    ),
    "advies": ActPage(
        title=_("Advies van de FG"),
        button=_("Advies vastleggen"),
        done=_("Uw advies is vastgelegd."),
        form=decided.AdviceForm,
        perform=_advise,
        explanation=_("Bij uw advies komt te staan wanneer u het gaf."),
        notes=assessment_notes,
        part="besluit",
    ),
    "besluiten": ActPage(
        title=_("Het besluit nemen"),
        button=_("Besluiten"),
        done=_("Het besluit is genomen."),
        form=decided.DecideForm,
        perform=_decide,
        explanation=_(
            "U beslist, met uw redenen. De beoordeling en de FG adviseren. Niet melden is ook een "
            "besluit."
        ),
        notes=decide_notes,
        part="besluit",
    ),
    "openbaar-bericht": ActPage(
        title=_("Het openbare bericht is geplaatst"),
        button=_("Vastleggen"),
        done=_("Vastgelegd waar het openbare bericht staat."),
        form=decided.NoticeForm,
        perform=_place,
        notes=_notice_notes,
        part="besluit",
    ),
}
