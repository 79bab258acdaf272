"""The rules: which requests and complaints are due, and what is forgotten of each."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, Func, JSONField, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower, TruncDate

from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import choices as clockwork_choices
from privacyboard.clockwork import holds, runs
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.mail.retention import register_cases
from requests_ar.choices import Channel, RequestState
from requests_ar.models import (
    AnswerItem,
    Complaint,
    ComplaintGroupPermission,
    ComplaintStep,
    ComplaintUserPermission,
    Delivery,
    DossierFile,
    Fee,
    IdentityCheck,
    Pause,
    RecipientTask,
    RequestGroupPermission,
    RequestLetter,
    RequestPart,
    RequestPerson,
    RequestUserPermission,
    Restriction,
    SearchTask,
    SubjectRequest,
)
from requests_ar.retention import holding

# Advice, no law (domain 6 #22): as long as the AP can fine for how it was handled (Awb 5:45).
CASES_ARE_KEPT = Term(years=5)
# A rule of the board, no term of a law: nobody showed that the address is theirs, nobody had an
# answer, and so there is nothing to prove towards anybody. Long enough to hear of a mistake.
UNCONFIRMED_ARE_KEPT = Term(days=30)
# Why a file cannot go before its term on request: told to whoever asks.
_PROOF = (
    "Het dossier bewijst hoe de school het verzoek of de klacht heeft behandeld. Dat bewijs is "
    "nodig zolang de toezichthouder of een rechter ernaar kan vragen (AVG 5 lid 2 en 17 lid 3 e)."
)

# Files and letters before what they came with.
_OF_A_REQUEST = (
    *(DossierFile, RequestLetter, AnswerItem, Delivery, IdentityCheck, Pause, Fee),
    *(RecipientTask, Restriction, SearchTask, RequestPerson),
)


def register_all() -> None:
    """Tell the retention run what requests and complaints forget, and what they hold."""
    register_cases("requests_ar")
    holds.register_case(SubjectRequest)
    holds.register_case(Complaint)
    holds.register("requests", holding.held)
    holds.register_people("requests", holding.held_people)
    runs.register(
        runs.Rule(
            name="unconfirmed_requests",
            title="Ingetrokken webformulieren waarvan niemand het adres bevestigde",
            model=SubjectRequest,
            default=UNCONFIRMED_ARE_KEPT,
            starts="het intrekken",
            fate=clockwork_choices.Fate.ANONYMISE,
            due=_due_unconfirmed,
            forget=forget_requests,
        ),
        runs.Rule(
            name="privacy_requests",
            title="Verzoeken",
            model=SubjectRequest,
            term_of="privacy_requests",
            default=CASES_ARE_KEPT,
            starts="het afsluiten of intrekken van het verzoek",
            fate=clockwork_choices.Fate.ANONYMISE,
            due=_due_requests,
            forget=forget_requests,
            of_person=_requests_of,
            ground=_PROOF,
            began=Coalesce(TruncDate("closed_at"), "withdrawn_on"),
        ),
        runs.Rule(
            name="privacy_complaints",
            title="Klachten",
            model=Complaint,
            term_of="privacy_requests",
            default=CASES_ARE_KEPT,
            starts="het afsluiten van de klacht",
            fate=clockwork_choices.Fate.ANONYMISE,
            due=_due_complaints,
            forget=forget_complaints,
            of_person=_complaints_of,
            ground=_PROOF,
            began="closed_on",
        ),
    )


# --- requests ---------------------------------------------------------------------------------


def _unrestricted(cut: Cut) -> Q:
    """No data are kept for the person any more (AVG 18): the term counts from the last such day."""
    marks = Restriction.objects.filter(request=OuterRef("pk"))
    return Q(~Exists(marks.filter(Q(ends_on=None) | Q(ends_on__gt=cut.day))))


def _due_requests(cut: Cut) -> QuerySet[SubjectRequest]:
    ended = Q(closed_at__lt=cut.before) | Q(withdrawn_on__lte=cut.day)
    return SubjectRequest.objects.filter(ended, _unrestricted(cut), forgotten_at__isnull=True)


def _due_unconfirmed(cut: Cut) -> QuerySet[SubjectRequest]:
    """An unconfirmed form is a request like any other; only once it was withdrawn it goes early."""
    return SubjectRequest.objects.filter(
        _unrestricted(cut),
        withdrawn_on__lte=cut.day,
        forgotten_at__isnull=True,
        state=RequestState.WITHDRAWN,
        channel=Channel.FORM,
        confirmed_at__isnull=True,
    )


def forget_requests(gone: Gone, keys: list[int], at: datetime) -> None:
    """Leave of these requests what is counted, and nothing of a person."""
    for model in _OF_A_REQUEST:
        gone.erase(model, keys, by="request")
    for rights in (RequestUserPermission, RequestGroupPermission):
        gone.erase(rights, keys, by="content_object", traced=False)
    gone.erase_history(RequestPart, keys, by="request")
    parts = list(RequestPart.objects.filter(request__in=keys).values_list("pk", flat=True))
    gone.blank(
        RequestPart,
        parts,
        text="",
        send_to="",
        grounds=_GroundsAlone("grounds"),
        reasons="",
        balancing="",
        redactions=[],
        carried_out="",
    )
    gone.blank(
        SubjectRequest,
        keys,
        subject_text="",
        extension_text="",
        fg_advice="",
        deviation_reason="",
        withdrawal_reason="",
        form_digest=None,
        handler=None,
        registered_by=None,
        decided_by=None,
        # The link of the requester opens nothing any more.
        link_number=F("link_number") + 1,
        forgotten_at=at,
    )


class _GroundsAlone(Func):
    """Which grounds a refusal had, each without the reasons why it held for this person."""

    template = (
        "(SELECT coalesce(jsonb_object_agg(ground, '(vergeten)'), '{}'::jsonb)"
        " FROM jsonb_object_keys(%(expressions)s) AS ground)"
    )
    output_field = JSONField()


def _requests_of(sought: Sought) -> QuerySet[SubjectRequest]:
    """Requests in which the person stands, as far as the reader may read them."""
    found = Q(lower_email__in=sought.emails)
    found |= Q(key__in=sought.keys - {""}, request__school__in=sought.schools)
    people = RequestPerson.objects.alias(lower_email=Lower("email")).filter(found)
    seen: QuerySet[SubjectRequest] = SubjectRequest.objects.visible_to(sought.reader)
    return seen.filter(pk__in=people.values("request"), forgotten_at__isnull=True)


# --- complaints -------------------------------------------------------------------------------


def _due_complaints(cut: Cut) -> QuerySet[Complaint]:
    """Closed, and no body is busy with it: the AP or a court can be, after the board was done."""
    steps = ComplaintStep.objects.filter(complaint=OuterRef("pk"))
    runs_on = steps.filter(Q(ended_on=None) | Q(ended_on__gt=cut.day))
    return Complaint.objects.filter(
        ~Exists(runs_on), closed_on__lte=cut.day, forgotten_at__isnull=True
    )


def forget_complaints(gone: Gone, keys: list[int], at: datetime) -> None:
    """Leave of these complaints what is counted: the days, the bodies and the outcome."""
    for rights in (ComplaintUserPermission, ComplaintGroupPermission):
        gone.erase(rights, keys, by="content_object", traced=False)
    gone.erase_history(ComplaintStep, keys, by="complaint")
    steps = list(ComplaintStep.objects.filter(complaint__in=keys).values_list("pk", flat=True))
    gone.blank(ComplaintStep, steps, result="")
    gone.blank(Complaint, keys, name="", email="", text="", outcome_text="", forgotten_at=at)


def _complaints_of(sought: Sought) -> QuerySet[Complaint]:
    """Complaints that the person made, by address; as far as the reader may read them."""
    seen: QuerySet[Complaint] = Complaint.objects.visible_to(sought.reader)
    emails = seen.alias(lower_email=Lower("email"))
    return emails.filter(lower_email__in=sought.emails, forgotten_at__isnull=True)
