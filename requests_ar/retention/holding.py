"""What open cases hold: nothing of it is destroyed, here or elsewhere, before they are done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, Now, TruncDate
from django.utils.translation import gettext as _

from privacyboard.clockwork import holds
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.querysets import Prepared, one_of, one_of_texts
from privacyboard.organisation.models import Pupil, Teacher
from registers.rules.destruction.sources import OF_A_SCHOOL
from requests_ar.choices import ComplaintOutcome, PersonRole, RequestState
from requests_ar.models import (
    Complaint,
    ComplaintStep,
    RequestPerson,
    Restriction,
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
    words = _("Verzoek %(number)s loopt nog.")
    if case.state not in _RUNS:
        words = _("Bij verzoek %(number)s loopt nog een klacht of een beperking.")
    return Held(
        words % {"number": case.number},
        owner=case.handler.name if case.handler else "",
        review_on=case.last_day,
        case=case_key(case),
    )


def held(model: type[Model], keys: Sequence[int]) -> holds.Reasons:
    """What open cases hold: themselves, what belongs to them, and what is kept of their people."""
    found: holds.Reasons = {}
    if model is SubjectRequest:
        _add(found, ((each.pk, each) for each in _open_requests().filter(pk__in=keys)))
        _add(found, ((each.request_id, each) for each in _open_complaints(request__in=keys)))
        for key, reasons in holds.each_held_by(_numbers_in(keys)).items():
            found.setdefault(key, []).extend(reasons)
        return found
    if model is Complaint:
        _add(found, ((each.pk, each) for each in _open_complaints(pk__in=keys)))
    for case in (SubjectRequest, Complaint):
        records = {} if model is case else holds.keys_by(case, model, keys)
        for number, reasons in holds.held(case, sorted(records)).items() if records else ():
            for key in records[number]:
                found.setdefault(key, []).extend(reasons)
    people = holds.people_of(model, keys)
    for key, reasons in people.spread(*_held_of(people)).items() if people else ():
        found.setdefault(key, []).extend(reasons)
    _add_of_staff(found, model, keys)
    return found


def _add(found: dict[Any, list[Held]], cases: Iterable[tuple[Any, Any]]) -> None:
    """Each case once, however many of its people are meant."""
    for key, case in cases:
        held = _told(case)
        reasons = found.setdefault(key, [])
        if held.case not in {each.case for each in reasons}:
            reasons.append(held)


def _numbers_in(requests: Sequence[int]) -> Iterable[tuple[int, int, str]]:
    """The pupils of these requests, by their numbers: a hold on a pupil holds these too."""
    people = RequestPerson.objects.filter(request__in=requests).order_by()
    typed = people.filter(request__school__isnull=False).exclude(key="")
    chosen = people.filter(pupil__isnull=False)
    return typed.values_list("request", "request__school", "key").union(
        chosen.values_list("request", "pupil__school", "pupil__key")
    )


def _open_requests() -> QuerySet[SubjectRequest]:
    return SubjectRequest.objects.filter(state__in=_RUNS).select_related("handler")


def _open_complaints(**asked: Any) -> QuerySet[Complaint]:
    """Not concluded, or a body outside the board is still busy with it."""
    busy = ComplaintStep.objects.filter(ended_on__isnull=True).values("complaint")
    is_open = Q(outcome=ComplaintOutcome.OPEN) | Q(pk__in=busy)
    return Complaint.objects.filter(is_open, **asked)


def _restrictions() -> QuerySet[Restriction]:
    """Those that run: whoever asked wants these data kept (AVG 18(1)(b, c), 18(2)), also when the
    request is closed. Nobody tells a source which day it is: the database does."""
    found: QuerySet[Restriction] = Restriction.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=TruncDate(Now()))
    )
    return found


def _people_of_open() -> QuerySet[RequestPerson]:
    """Everybody in a request that is not done, or about which a complaint or restriction runs."""
    complained = _open_complaints(request__isnull=False).values("request")
    found: QuerySet[RequestPerson] = RequestPerson.objects.filter(
        Q(request__in=_open_requests().values("pk"))
        | Q(request__in=complained)
        | Q(request__in=_restrictions().values("request"))
    )
    return found


_ByPerson = dict[int, list[Held]]


def _held_of(people: holds.People) -> tuple[_ByPerson, _ByPerson]:
    """What open cases hold of these pupils, and of these guardians.

    Only the cases are read that mean one of them; where none is open, nobody is looked up.
    """
    pupils: _ByPerson = {}
    guardians: _ByPerson = {}
    if not _is_one_open():
        return pupils, guardians
    at = {*people.pupils_at, *people.guardians_at}
    for person in _people_meant(people, at):
        case, named = person.request, people.numbers.get(person.key, ())
        meant = {pupil for at, pupil in named if case.school_id in (None, at)}
        _add(pupils, ((pupil, case) for pupil in sorted(meant | ({person.pupil_id} - {None}))))
        _add(guardians, [(person.guardian_id, case)] if person.guardian_id else ())
        if not person.is_known:
            _add(pupils, ((key, case) for key in people.pupils_at.get(person.email.lower(), ())))
            found = people.guardians_at.get(person.email.lower(), ())
            _add(guardians, ((key, case) for key in found))
    # A complaint never says which pupil it is about: only the address of who made it.
    numbers = [pk for (pk,) in _COMPLAINTS.rows(at)]
    made = Complaint.objects.filter(pk__in=numbers).order_by("pk") if numbers else ()
    for complaint in made:
        email = complaint.email.lower()
        _add(pupils, ((key, complaint) for key in people.pupils_at.get(email, ())))
        _add(guardians, ((key, complaint) for key in people.guardians_at.get(email, ())))
    return pupils, guardians


def _people_meant(people: holds.People, at: Collection[str]) -> Iterable[Any]:
    """Those of open requests who are one of these people, by number, by choice or by address."""
    asked = _MEANT.rows(people.pupils, people.numbers, people.guardians, at)
    if not asked:
        return ()
    found = _known_or_not(RequestPerson.objects.filter(pk__in=[pk for (pk,) in asked]))
    return found.select_related("request__handler").order_by("pk")


def _known_or_not(people: QuerySet[RequestPerson]) -> QuerySet[Any]:
    """With `is_known`: somebody wrote down which pupil the request is about. A request from the
    form says so once the desk has looked it up; until then it is known by its address alone."""
    subjects = RequestPerson.objects.filter(request=OuterRef("request"), role=PersonRole.SUBJECT)
    return people.annotate(is_known=Exists(subjects.exclude(pupil=None, key="")))


def _meant(
    pupils: list[int], numbers: list[str], guardians: list[int], at: list[str]
) -> QuerySet[Any, Any]:
    is_meant = Q(one_of_texts(at, Lower("email")), is_known=False)
    is_meant |= Q(one_of(pupils, "pupil")) | Q(one_of_texts(numbers, F("key")))
    is_meant |= Q(one_of(guardians, "guardian"))
    return _known_or_not(_people_of_open()).filter(is_meant).order_by().values_list("pk")


_MEANT = Prepared(_meant)
_ONE_REQUEST = Prepared(lambda: _one(_open_requests()).union(_one(_restrictions()), all=True))
_ONE_COMPLAINT = Prepared(lambda: _one(_open_complaints()))
_COMPLAINTS = Prepared(
    lambda at: (
        _open_complaints().filter(one_of_texts(at, Lower("email"))).order_by().values_list("pk")
    )
)


def _is_one_open() -> bool:
    return bool(_ONE_REQUEST.rows() or _ONE_COMPLAINT.rows())


def _one(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().values_list("pk")[:1]


def _add_of_staff(found: holds.Reasons, model: type[Model], keys: Sequence[int]) -> None:
    """Of teachers and accounts: who asks or complains from their address, and about which teacher
    of a school by number."""
    at = holds.staff_at(model, keys)
    if not (at or model is Teacher) or not _is_one_open():
        return
    people = _people_of_open().select_related("request__handler").order_by("pk")
    for person in people.filter(one_of_texts(at, Lower("email"))):
        _add(found, ((key, person.request) for key in at[person.email.lower()]))
    for complaint in _open_complaints().filter(one_of_texts(at, Lower("email"))).order_by("pk"):
        _add(found, ((key, complaint) for key in at[complaint.email.lower()]))
    if model is Teacher:
        numbered = Teacher.objects.filter(pk__in=keys).exclude(key="")
        whose = {(school, key): pk for pk, school, key in numbered.values_list(*_NUMBERED)}
        named = people.exclude(request__group__code__in=OF_A_SCHOOL)
        for person in named.filter(key__in={key for _school, key in whose}):
            if teacher := whose.get((person.request.school_id, person.key)):
                _add(found, [(teacher, person.request)])


_NUMBERED = ("pk", "school_id", "key")


def held_people(school_id: int | None, person_keys: Collection[str]) -> dict[str, list[Held]]:
    """The same of pupils that are perhaps kept elsewhere only, by their numbers.

    Without a school: of staff, of whom the board's own office keeps data.
    """
    if school_id is None:
        of_staff: dict[str, list[Held]] = {}
        staff = _people_of_open().exclude(request__group__code__in=OF_A_SCHOOL)
        _add_named(of_staff, staff, person_keys)
        return of_staff
    numbers = dict(
        Pupil.objects.filter(school=school_id, key__in=person_keys).values_list("pk", "key")
    )
    pupils, _guardians = _held_of(holds.People.of_pupils(numbers)) if numbers else ({}, {})
    found = {numbers[pupil]: held for pupil, held in pupils.items() if pupil in numbers}
    at = Q(request__school=school_id) | Q(request__school__isnull=True)
    _add_named(found, _people_of_open().filter(at), person_keys)
    return found


def _add_named(
    found: dict[str, list[Held]], people: QuerySet[RequestPerson], numbers: Collection[str]
) -> None:
    named = people.filter(key__in=numbers).select_related("request__handler").order_by("pk")
    _add(found, ((person.key, person.request) for person in named))
