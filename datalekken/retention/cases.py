"""The rules: which breach files are due, and what is forgotten of each."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Count, F, Model, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from datalekken.choices import BreachState, NotificationKind
from datalekken.models import (
    ApNumber,
    Assessment,
    Breach,
    BreachFile,
    BreachGroupPermission,
    BreachUserPermission,
    DutyTurn,
    Measure,
    Notification,
    NotificationPaper,
    RegisterFile,
    Telling,
    ToldPerson,
)
from datalekken.retention import holding
from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import choices as clockwork_choices
from privacyboard.clockwork import holds, runs
from privacyboard.clockwork.erasing import FORGOTTEN, Gone
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.mail.models import OutboundLetter
from privacyboard.mail.retention import register_cases

# Advice, no law (domain 6 #22): as long as the AP can fine for it (Awb 5:45).
FILES_ARE_KEPT = Term(years=5)
# Rules of the board, no terms of a law. The register documents facts, effects and measures, not
# whom it told (AVG 33(5)). Who was told is needed to put a list right, to send a letter again and
# to answer whoever says to have heard nothing; a year after the end nobody asks that any more.
TOLD_ARE_KEPT = Term(years=1)
# A print of the register repeats it: it is there to be fetched, and can be asked again.
PRINTS_ARE_KEPT = Term(days=7)
# Who had duty explains whom an alert reached; after two school years no open file asks it.
DUTY_IS_KEPT = Term(years=2)
_PROOF = (
    "Het dossier hoort bij het register van datalekken. De wet vraagt dat de school elk datalek "
    "vastlegt en dat de toezichthouder het kan nagaan (AVG 33 lid 5 en 17 lid 3 b)."
)


def register_all() -> None:
    """Tell the retention run what breach files forget, and what open ones hold."""
    register_cases("datalekken")
    holds.register_case(Breach)
    holds.register("breaches", holding.held)
    holds.register_people("breaches", holding.held_people)
    runs.register(*_of_files(), *_of_the_desk())


def _of_files() -> tuple[runs.Rule, ...]:
    return (
        runs.Rule(
            name="breach_told_people",
            title="Aan wie een datalek is verteld",
            model=Telling,
            default=TOLD_ARE_KEPT,
            starts="het afsluiten van het dossier",
            due=_due_tellings,
            forget=forget_told_people,
        ),
        runs.Rule(
            name="breach_register",
            title="Datalekken",
            model=Breach,
            term_of="breach_register",
            default=FILES_ARE_KEPT,
            starts="het afsluiten van het dossier",
            fate=clockwork_choices.Fate.ANONYMISE,
            due=_due_breaches,
            forget=forget_breaches,
            of_person=_breaches_of,
            ground=_PROOF,
            began="closed_at",
        ),
    )


def _of_the_desk() -> tuple[runs.Rule, ...]:
    return (
        runs.Rule(
            name="breach_register_files",
            title="Geprinte registers van datalekken",
            model=RegisterFile,
            default=PRINTS_ARE_KEPT,
            starts="het aanvragen",
            due=runs.counted_from(RegisterFile, "asked_at"),
            forget=runs.erasing(RegisterFile),
        ),
        runs.Rule(
            name="breach_duty",
            title="Wie dienst had voor datalekken",
            model=DutyTurn,
            default=DUTY_IS_KEPT,
            starts="de laatste dag van de dienst",
            due=runs.counted_from(DutyTurn, "ends_on"),
            forget=runs.erasing(DutyTurn),
        ),
        runs.Rule(
            name="breach_duty_withdrawn",
            title="Ingetrokken diensten voor datalekken",
            model=_PAST_TURN,
            default=DUTY_IS_KEPT,
            starts="de laatste dag van de dienst",
            due=_due_withdrawn,
            forget=_forget_withdrawn,
        ),
    )


# A turn that was taken back before it began left its history only.
_PAST_TURN = DutyTurn.history.model


def _due_withdrawn(cut: Cut) -> QuerySet[Model]:
    found: QuerySet[Model] = _PAST_TURN._default_manager.filter(
        history_type="-", ends_on__lte=cut.day
    )
    return found


def _forget_withdrawn(gone: Gone, keys: list[int], at: datetime) -> None:
    past = _PAST_TURN._default_manager.filter(history_id__in=keys)
    gone.erase_history(DutyTurn, list(past.values_list("id", flat=True)))


# --- who was told -----------------------------------------------------------------------------


def _due_tellings(cut: Cut) -> QuerySet[Telling]:
    return Telling.objects.filter(
        people_forgotten_at__isnull=True,
        breach__state=BreachState.CLOSED,
        breach__closed_at__lt=cut.before,
    )


def forget_told_people(gone: Gone, keys: list[int], at: datetime) -> None:
    """Leave of these rounds the text and how many got it; nobody by name."""
    people = ToldPerson.objects.filter(telling__in=keys)
    many = dict(people.order_by().values_list("telling").annotate(Count("pk")))
    mails = list(people.filter(mail__isnull=False).values_list("mail", flat=True))
    gone.erase(ToldPerson, keys, by="telling")
    gone.erase(OutboundLetter, mails)
    for telling in Telling.objects.filter(pk__in=keys):
        telling.people_forgotten_at = at
        telling.forgotten_people = many.get(telling.pk, 0)
        telling.record(by=None, why=gone.reason)


# --- the file ---------------------------------------------------------------------------------


def _due_breaches(cut: Cut) -> QuerySet[Breach]:
    """A file that was opened again has no term until it is closed again."""
    return Breach.objects.filter(
        forgotten_at__isnull=True, closed_at__lt=cut.before, state=BreachState.CLOSED
    )


def forget_breaches(gone: Gone, keys: list[int], at: datetime) -> None:
    """Leave of these files what the register counts, and nothing of a person."""
    for model in (ToldPerson, Telling, BreachFile, Measure):
        gone.erase(model, keys, by="breach")
    for rights in (BreachUserPermission, BreachGroupPermission):
        gone.erase(rights, keys, by="content_object", traced=False)
    _empty_notifications(gone, keys)
    weighed = list(Assessment.objects.filter(breach__in=keys).values_list("pk", flat=True))
    gone.blank(Assessment, weighed, facts={}, outcome={}, explanation="", made_by=None)
    people = dict.fromkeys(("reporter", "registered_by", "handler", "decided_by", "form_digest"))
    texts = dict.fromkeys(
        (
            *("title", "reporter_name", "reporter_email", "reporter_phone", "what_happened"),
            *("whose_data", "which_data", "discovery_text", "fg_advice", "deviation_reason"),
            *("public_notice", "public_notice_where", "root_cause", "lessons", "change_text"),
        ),
        "",
    )
    gone.blank(
        Breach,
        keys,
        **people,
        **texts,
        # The database asks reasons of every decision: that there were any stays.
        notify_reasons=FORGOTTEN,
        tell_reasons=FORGOTTEN,
        form_answers={},
        # The link of the reporter opens nothing any more.
        link_number=F("link_number") + 1,
        forgotten_at=at,
    )


def _empty_notifications(gone: Gone, keys: list[int]) -> None:
    """That and when the AP was told stays, with the number that it gave; what it said does not."""
    sent = list(Notification.objects.filter(breach__in=keys).values_list("pk", flat=True))
    gone.erase(NotificationPaper, sent, by="notification")
    numbers = ApNumber.objects.filter(notification__in=sent)
    gone.blank(ApNumber, list(numbers.values_list("pk", flat=True)), recorded_by=None)
    is_withdrawal = When(kind=NotificationKind.WITHDRAWAL, then=Value(FORGOTTEN))
    gone.blank(
        Notification,
        sent,
        content={},
        sha256="",
        sender=None,
        delay_reason="",
        withdrawal_reason=Case(is_withdrawal, default=Value("")),
    )


def _breaches_of(sought: Sought) -> QuerySet[Breach]:
    """Files in which the person reported, or was told; as far as the reader may read them."""
    told = ToldPerson.objects.alias(lower_email=Lower("email"))
    found = Q(pk__in=told.filter(lower_email__in=sought.emails).values("breach"))
    found |= Q(lower_reporter__in=sought.emails) | Q(lower_account__in=sought.emails)
    seen: QuerySet[Breach] = Breach.objects.visible_to(sought.reader)
    known = seen.alias(
        lower_reporter=Lower("reporter_email"), lower_account=Lower("reporter__email")
    )
    return known.filter(found, forgotten_at__isnull=True)
