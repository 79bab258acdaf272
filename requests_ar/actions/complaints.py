"""Complaints: taken in, laid with the next body, concluded. The complainant hears the routes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from privacyboard.audit.acts import ActRefused, day_problem, refused
from privacyboard.organisation.models import School, User
from requests_ar.actions.guarding import OPEN_CASE
from requests_ar.choices import ComplaintOutcome, RemedyBody
from requests_ar.letters import complaints as letters
from requests_ar.models import Complaint, ComplaintStep, SubjectRequest
from requests_ar.rules.complaints import SCHEME, Lies, conclusion_problems, step_problem


@dataclass(frozen=True)
class Filed:
    """A complaint as it came in. `first_body`: with whom it lies now."""

    channel: str
    received_on: date
    name: str
    email: str
    text: str
    first_body: str = RemedyBody.DIRECTOR
    first_reason: str = ""
    school: School | None = None
    request: SubjectRequest | None = None
    is_confidential: bool = False


@transaction.atomic
def file_complaint(*, filed: Filed, by: User | None, at: datetime) -> Complaint:
    """Write a complaint down; who left an address hears what happens next. Raises ActRefused.

    A complaint about a confidential request is confidential, and belongs to that request's school.
    """
    problems: dict[str, str] = {}
    if day := day_problem(filed.received_on, at=at):
        problems["received_on"] = day
    if body := step_problem(filed.first_body, steps=[], reason=filed.first_reason):
        problems["first_reason" if filed.first_body in SCHEME else "first_body"] = body
    if filed.request and filed.received_on < filed.request.received_on:
        problems.setdefault(
            "received_on", _("Deze dag ligt voor de dag waarop het verzoek is ontvangen.")
        )
    if problems:
        raise ActRefused(problems)
    complaint = Complaint(
        number=Complaint.objects.next_number("K", year=timezone.localdate(at).year),
        school=filed.request.school if filed.request else filed.school,
        request=filed.request,
        channel=filed.channel,
        received_on=filed.received_on,
        registered_at=at,
        name=filed.name,
        email=filed.email,
        text=filed.text,
        is_confidential=filed.is_confidential
        or bool(filed.request and filed.request.is_confidential),
    )
    complaint.record(by=by, why=_("klacht ontvangen"))
    step = ComplaintStep(
        complaint=complaint, body=filed.first_body, began_on=filed.received_on, result=""
    )
    step.record(by=by, why=filed.first_reason or _("klacht ontvangen"))
    letters.complaint_received(complaint, at=at)
    return complaint


def _locked(complaint: Complaint) -> tuple[Complaint, list[ComplaintStep]]:
    held = Complaint.objects.select_for_update().get(pk=complaint.pk)
    return held, list(held.steps.all())


def _lies(steps: list[ComplaintStep]) -> list[Lies]:
    return [Lies(each.body, each.began_on, each.ended_on) for each in steps]


@transaction.atomic
def take_to(
    *,
    complaint: Complaint,
    body: str,
    began_on: date,
    reason: str,
    by: User | None,
    at: datetime,
) -> ComplaintStep:
    """The complaint goes to a body; one that was closed is open again. Raises ActRefused."""
    held, steps = _locked(complaint)
    problem = step_problem(body, steps=_lies(steps), reason=reason)
    if problem:
        raise refused(problem, "body")
    if day := day_problem(began_on, at=at, not_before=held.received_on):
        raise refused(day, "began_on")
    step = ComplaintStep(complaint=held, body=body, began_on=began_on)
    step.record(by=by, why=reason or _("klacht verder"))
    if held.outcome != ComplaintOutcome.OPEN and body in SCHEME:
        held.outcome, held.closed_on = ComplaintOutcome.OPEN, None
        held.record(by=by, why=_("klacht weer open: verder in de regeling"))
    return step


@transaction.atomic
def end_step(
    *, step: ComplaintStep, ended_on: date, result: str, by: User | None, at: datetime
) -> ComplaintStep:
    """A body is done with the complaint: when, and what it said. Raises ActRefused."""
    _locked(step.complaint)
    held = ComplaintStep.objects.get(pk=step.pk)
    if held.ended_on is not None:
        raise refused(
            _("Deze stap is al afgerond op %(day)s.") % {"day": f"{held.ended_on:%d-%m-%Y}"}
        )
    problems: dict[str, str] = {}
    if not result.strip():
        problems["result"] = _("Schrijf op wat er is gezegd of besloten.")
    if day := day_problem(ended_on, at=at, not_before=held.began_on):
        problems["ended_on"] = day
    if problems:
        raise ActRefused(problems)
    held.ended_on, held.result = ended_on, result
    held.record(by=by, why=_("stap afgerond"))
    return held


@transaction.atomic
def conclude(
    *,
    complaint: Complaint,
    outcome: str,
    outcome_text: str,
    closed_on: date,
    by: User | None,
    at: datetime,
) -> Complaint:
    """The complaint is over for the board, with its outcome. Raises ActRefused.

    What still ran in the scheme of a complaint that was withdrawn or settled ends with it.
    """
    held, steps = _locked(complaint)
    if held.outcome != ComplaintOutcome.OPEN:
        label = ComplaintOutcome(held.outcome).label
        raise refused(_("Deze klacht is al afgesloten: %(outcome)s.") % {"outcome": label})
    problems = conclusion_problems(
        outcome=outcome,
        text=outcome_text,
        closed_on=closed_on,
        received_on=held.received_on,
        steps=_lies(steps),
    )
    if day := day_problem(closed_on, at=at):
        problems["closed_on"] = day
    if problems:
        raise ActRefused(problems)
    for step in steps:
        if step.ended_on is None and step.body in SCHEME:
            step.ended_on, step.result = closed_on, str(ComplaintOutcome(outcome).label)
            step.record(by=by, why=_("klacht afgesloten"))
    held.outcome, held.outcome_text, held.closed_on = outcome, outcome_text, closed_on
    held.record(by=by, why=_("klacht afgesloten"))
    return held


@transaction.atomic
def guard_complaint(
    *, complaint: Complaint, is_confidential: bool, reason: str, by: User | None, at: datetime
) -> Complaint:
    """Close a complaint to all but the FG, the IBP manager and named people; or open it again.

    Raises ActRefused without a reason, and where the request that it is about is confidential.
    """
    held, _steps = _locked(complaint)
    if not reason.strip():
        raise refused(_("Schrijf op waarom u dit doet."), "reason")
    about = held.request
    if not is_confidential and about is not None and about.is_confidential:
        raise refused(
            _("Het verzoek waarover de klacht gaat is vertrouwelijk. Dan is de klacht dat ook.")
        )
    held.is_confidential = is_confidential
    held.record(by=by, why=reason)
    return held


@transaction.atomic
def name_on_complaint(
    *, complaint: Complaint, user: User, by: User | None, at: datetime
) -> Complaint:
    """Let one more person open a confidential complaint. Raises ActRefused."""
    held, _steps = _locked(complaint)
    if not held.is_confidential:
        raise refused(_("Deze klacht is niet vertrouwelijk: aanwijzen is niet nodig."))
    if not user.standing.may_sign_in:
        raise refused(_("Deze persoon heeft geen rol."), "user")
    if held.request is not None and held.request.is_hidden_from(user):
        told = _(
            "Deze klacht gaat over een vertrouwelijk verzoek. Geef deze persoon eerst toegang "
            "tot dat verzoek."
        )
        raise refused(told, "email")
    assign_perm(OPEN_CASE, user, held)
    held.record(by=by, why=_("mag deze klacht openen: %(name)s") % {"name": user.name})
    return held


@transaction.atomic
def unname_on_complaint(
    *, complaint: Complaint, user: User, by: User | None, at: datetime
) -> Complaint:
    """Close a confidential complaint to somebody who was named on it."""
    held, _steps = _locked(complaint)
    remove_perm(OPEN_CASE, user, held)
    held.record(by=by, why=_("mag deze klacht niet meer openen: %(name)s") % {"name": user.name})
    return held
