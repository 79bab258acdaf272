"""The acts for the AP: what only its form asks, and recording what was sent."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from datalekken.actions import notifying
from datalekken.choices import BreachState, NotificationKind
from datalekken.forms import notifying as typed
from datalekken.letters.dossier import breach_facts, draft_notice
from datalekken.models import ApNumber, Breach, Notification
from datalekken.rules.notification import BreachFacts, Notice, missing_fields
from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import ActPage, Doing, Note
from privacyboard.organisation.models import User


def _keep(doing: Doing) -> Breach:
    try:
        return notifying.keep_answers(
            breach=doing.case, answers=doing.form.answers(), seen=doing.seen, **doing.who
        )
    except ActRefused as refusal:
        raise ActRefused(doing.form.named(refusal.errors)) from refusal


def _record(doing: Doing) -> Notification:
    return notifying.record_notification(
        breach=doing.case,
        delivery=notifying.Delivery(**doing.typed),
        seen=doing.seen,
        **doing.who,
    )


def _number(doing: Doing) -> ApNumber:
    return notifying.record_ap_number(
        notification=doing.target, seen=doing.seen, **doing.typed, **doing.who
    )


def _notifications(case: Breach) -> Any:
    return case.notifications.numbered()


def _number_notes(_case: Breach, target: Any) -> tuple[Note, ...]:
    """Which notification it is about, and the number that stands now."""
    sent_at = timezone.localtime(target.sent_at)
    told = _now("Melding %(number)s, verstuurd op %(when)s.") % {
        "number": target.number,
        "when": f"{sent_at:%d-%m-%Y %H:%M}",
    }
    if not target.known_number:
        return (Note(told),)
    standing = _now("Nu staat er: %(number)s. Dat blijft te zien in het verloop.")
    return (Note(f"{told} {standing % {'number': target.known_number}}", tone="attention"),)


def _drawn(case: Breach, user: User | None) -> tuple[BreachFacts, Notice]:
    """The facts and the draft of one page, read once."""
    if "_drawn" not in case.__dict__:
        facts = breach_facts(case)
        case.__dict__["_drawn"] = facts, draft_notice(case, facts, by=user, at=timezone.now())
    drawn: tuple[BreachFacts, Notice] = case.__dict__["_drawn"]
    return drawn


def _initial(case: Breach, user: User) -> dict[str, Any]:
    _facts, notice = _drawn(case, user)
    # What stands at the AP against the decision is withdrawn.
    goes_back = not notice.is_new and case.state == BreachState.DECIDED and not case.notifies
    kind = NotificationKind.WITHDRAWAL if goes_back else notice.kind
    return {"sender": user.pk, "kind": kind, "ap_number": notice.earlier_number}


def _notes(case: Breach, _target: Any) -> tuple[Note, ...]:
    """Until when, and what a complete notification would still ask."""
    notes = []
    if case.notify_by and case.notified_at is None:
        by = timezone.localtime(case.notify_by)
        told = _("De termijn loopt tot %(moment)s.") % {"moment": f"{by:%d-%m-%Y %H:%M}"}
        is_late = case.notify_by < timezone.now()
        notes.append(Note(told, tone="late" if is_late else "info"))
    facts, notice = _drawn(case, None)
    gaps = [each for each in missing_fields(facts, notice) if each.act != "melden"]
    if gaps:
        words = _("Dit ontbreekt nog voor een volledige melding. U kunt voorlopig melden.")
        notes.append(Note(words, tuple(each.sentence for each in gaps), "attention"))
    return tuple(notes)


NOTIFYING: dict[str, ActPage] = {
    "meldgegevens": ActPage(
        title=_("Wat de AP nog meer vraagt"),
        button=_("Bewaren"),
        done=_("De antwoorden staan in het dossier voor de AP."),
        form=typed.AnswersForm,
        perform=_keep,
        explanation=_("Wat u niet weet, laat u leeg. U kunt het later aanvullen."),
        part="ap",
        template="datalekken/answers.html",
    ),
    "melden": ActPage(
        title=_("Vastleggen wat u bij de AP meldde"),
        button=_("Vastleggen"),
        done=_("De melding is vastgelegd. Wat u meldde, verandert niet meer."),
        form=typed.NotifyForm,
        perform=_record,
        explanation=_(
            "U meldt zelf bij de AP, met het formulier op autoriteitpersoonsgegevens.nl. Hier legt "
            "u vast dat u dat deed. Het dossier van nu wordt erbij bewaard."
        ),
        part="ap",
        initial=_initial,
        notes=_notes,
    ),
    "ap-nummer": ActPage(
        title=_("Het nummer van de AP vastleggen"),
        button=_("Vastleggen"),
        done=_("Het nummer van de AP is vastgelegd."),
        form=typed.ApNumberForm,
        perform=_number,
        explanation=_("Wat u meldde, verandert niet. Het nummer komt ernaast te staan."),
        part="ap",
        target=_notifications,
        notes=_number_notes,
    ),
}
