"""What open cases hold: nothing of it is destroyed, here or elsewhere, before they are done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from privacyboard.clockwork import holds
from privacyboard.clockwork.holds import Held
from privacyboard.organisation.models import Guardian, Guardianship, Pupil
from requests_ar.choices import ComplaintOutcome, PersonRole, RequestState
from requests_ar.models import (
    Complaint,
    ComplaintStep,
    RequestPerson,
    SubjectRequest,
)
from requests_ar.rules.states import OPEN

# An answered request is not done: what was granted is carried out, recipients are told.
_RUNS = (*OPEN, RequestState.ANSWERED)


def case_key(case: Model) -> str:
    """By which a hold says which case it is, to the machine (see `holds.Held.case`)."""
    return f"{case._meta.label_lower}:{case.pk}"


def _told(case: SubjectRequest | Complaint) -> Held:
    """Why something stays. Of a confidential case not even that it is there by its number."""
    if case.is_confidential:
        reason = _("Er loopt nog een verzoek of klacht. Vraag de FG ernaar.")
        return Held(reason, owner=_("FG"), case=case_key(case))
    if isinstance(case, Complaint):
        reason = _("Klacht %(number)s loopt nog.") % {"number": case.number}
        return Held(reason, case=case_key(case))
    return Held(
        _("Verzoek %(number)s loopt nog.") % {"number": case.number},
        owner=case.handler.name if case.handler else "",
        review_on=case.last_day,
        case=case_key(case),
    )


def held(model: type[Model], keys: Sequence[int]) -> holds.Reasons:
    """What open cases hold: whatever is kept of their people, and the requests complained about."""
    found: holds.Reasons = {}
    if model is SubjectRequest:
        _add(found, ((each.request_id, each) for each in _open_complaints(request__in=keys)))
        for key, reasons in holds.each_held_by(_numbers_in(keys)).items():
            found.setdefault(key, []).extend(reasons)
        return found
    # Where nothing is open nobody is looked up: a retention run asks this of every chunk.
    if not (_people_of_open().exists() or _open_complaints().exists()):
        return found
    if pupils := holds.keys_by(Pupil, model, keys):
        _spread(found, pupils, _pupils_held(pupils))
    if guardians := holds.keys_by(Guardian, model, keys):
        _spread(found, guardians, _guardians_held(guardians))
    return found


def _add(found: dict[Any, list[Held]], cases: Iterable[tuple[Any, Any]]) -> None:
    """Each case once, however many of its people are meant."""
    for key, case in cases:
        held = _told(case)
        reasons = found.setdefault(key, [])
        if held.case not in {each.case for each in reasons}:
            reasons.append(held)


def _spread(found: holds.Reasons, of: dict[int, list[int]], held: dict[int, list[Held]]) -> None:
    for person, reasons in held.items():
        for key in of[person]:
            found.setdefault(key, []).extend(reasons)


def _numbers_in(requests: Sequence[int]) -> Iterable[tuple[int, int, str]]:
    """The pupils of these requests, by their numbers: a hold on a pupil holds these too."""
    people = RequestPerson.objects.filter(request__in=requests, request__school__isnull=False)
    return people.exclude(key="").values_list("request", "request__school", "key")


def _people_of_open() -> QuerySet[RequestPerson]:
    """Everybody in a request that is not done, or about which a complaint runs."""
    complained = _open_complaints(request__isnull=False).values("request")
    is_open = Q(request__state__in=_RUNS) | Q(request__in=complained)
    return RequestPerson.objects.filter(is_open).select_related("request__handler")


def _open_complaints(**asked: Any) -> QuerySet[Complaint]:
    """Not concluded, or a body outside the board is still busy with it."""
    busy = ComplaintStep.objects.filter(complaint=OuterRef("pk"), ended_on__isnull=True)
    is_open = Q(outcome=ComplaintOutcome.OPEN) | Exists(busy)
    return Complaint.objects.filter(is_open, **asked)


def _pupils_held(pupils: Collection[int]) -> dict[int, list[Held]]:
    known = {
        (school, number): key
        for key, school, number in Pupil.objects.filter(pk__in=pupils).values_list(
            "pk", "school_id", "key"
        )
        if number
    }
    numbers = {number for _school, number in known}
    found: dict[int, list[Held]] = {}
    for person in _people_of_open().filter(Q(pupil__in=pupils) | Q(key__in=numbers)):
        school = person.request.school_id
        meant = {person.pupil_id} | {
            key
            for (at, number), key in known.items()
            if number == person.key and school in (None, at)
        }
        _add(found, ((key, person.request) for key in meant & set(pupils)))
    cases = _by_email()
    ties = Guardianship.objects.filter(pupil__in=pupils, guardian__email__in=cases)
    own = Pupil.objects.filter(pk__in=pupils).alias(address=Lower("email"))
    for pupil, email in [
        *ties.values_list("pupil", "guardian__email"),
        *own.filter(address__in=cases).values_list("pk", Lower("email")),
    ]:
        _add(found, ((pupil, case) for case in cases[email]))
    return found


def _guardians_held(guardians: Collection[int]) -> dict[int, list[Held]]:
    found: dict[int, list[Held]] = {}
    for person in _people_of_open().filter(guardian__in=guardians):
        _add(found, [(person.guardian_id, person.request)])
    cases = _by_email()
    known = Guardian.objects.filter(pk__in=guardians, email__in=cases)
    for guardian, email in known.values_list("pk", "email"):
        _add(found, ((guardian, case) for case in cases[email]))
    return found


def _by_email() -> dict[str, list[Complaint | SubjectRequest]]:
    """Open cases by the address of who made them, where nobody wrote down which pupil it is.

    A complaint never says so; a request from the form does once the desk has looked it up.
    """
    found: dict[str, list[Complaint | SubjectRequest]] = {}
    for case in _open_complaints().exclude(email=""):
        found.setdefault(case.email.lower(), []).append(case)
    known = RequestPerson.objects.filter(role=PersonRole.SUBJECT).exclude(pupil=None, key="")
    asking = _people_of_open().exclude(email="").exclude(request__in=known.values("request"))
    for person in asking:
        found.setdefault(person.email.lower(), []).append(person.request)
    return found


def held_people(school_id: int, person_keys: Collection[str]) -> dict[str, list[Held]]:
    """The same of pupils that are perhaps kept elsewhere only, by their numbers."""
    numbers = dict(
        Pupil.objects.filter(school=school_id, key__in=person_keys).values_list("pk", "key")
    )
    found: dict[str, list[Held]] = {}
    for pupil, reasons in _pupils_held(numbers).items():
        found[numbers[pupil]] = list(reasons)
    at = Q(request__school=school_id) | Q(request__school__isnull=True)
    for person in _people_of_open().filter(at, key__in=person_keys):
        _add(found, [(person.key, person.request)])
    return found
