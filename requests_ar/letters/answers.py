"""The answer as it stands: what it says, to whom it goes, and what is in the way of sending it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.utils import timezone, translation

from privacyboard.documents.rules import TEXT, XLSX
from registers.content import ActivityContent
from registers.models import ActivityVersion
from requests_ar.choices import DeliveryWay, PauseKind, PersonRole, RequestKind, Verdict
from requests_ar.letters.decision import decision
from requests_ar.letters.facts import Written
from requests_ar.models import DossierFile, IdentityCheck, RequestPerson, SubjectRequest, say_of
from requests_ar.rules.answer_items import LABELS, NUMBERS, Item, compose_items, items_missing
from requests_ar.rules.decisions import ACCESSES, COPIES
from requests_ar.rules.recipients import TOLD_OF

FILES = Prefetch("files", queryset=DossierFile.objects.select_related("document"))

_READ_BY_MACHINE = frozenset({TEXT, XLSX})


def contents_of(request: SubjectRequest) -> list[ActivityContent]:
    """What the chosen activities say in their versions in force: the established register."""
    chosen = request.activities.values("pk")
    versions = ActivityVersion.objects.in_force().filter(activity__in=chosen)
    return [version.read() for version in versions.order_by("activity__code")]


def grants(request: SubjectRequest, kinds: Collection[str]) -> bool:
    """Whether one of these kinds is granted, whole or in part: as asked, or as it was handled."""
    return any(part.granted in kinds for part in request.parts.all())


def bases_of(request: SubjectRequest) -> set[str]:
    """The legal bases of the chosen activities, as established."""
    return {purpose.basis for each in contents_of(request) for purpose in each.purposes}


def gives_access(request: SubjectRequest) -> bool:
    """Whether the answer gives access, to data or to images: then the ten items go with it."""
    return grants(request, ACCESSES)


def lacks_copy(request: SubjectRequest) -> bool:
    """Whether access is given and no file of the dossier goes along (AVG 15(3))."""
    return gives_access(request) and not files_of_answer(request)


def files_of_answer(request: SubjectRequest) -> list[DossierFile]:
    """The files of the dossier that go with the answer; read once for a request."""
    prefetch_related_objects([request], FILES)
    return [each for each in request.files.all() if each.is_for_answer]


def wants_link(request: SubjectRequest) -> bool:
    """Asked electronically, and nothing else was asked for the answer (AVG 12(3), KPO 13.2)."""
    return request.is_electronic and request.wants == DeliveryWay.LINK


def items_of(request: SubjectRequest) -> list[Item]:
    """The ten items as they stand: what was typed, else what the register says now.

    In the language of the request: the person reads them.
    """
    typed = {each.item: each for each in request.items.all()}
    with translation.override(request.language):
        composed = compose_items(
            contents_of(request), group=request.group.code, language=request.language
        )
    return [
        Item(number, typed[number].text, typed[number].why_empty)
        if number in typed
        else Item(number, composed[number])
        for number in NUMBERS
    ]


def addressee(request: SubjectRequest, *, on: date) -> RequestPerson:
    """Who gets the answer on a day: who turned 16 since gets it in person (UAVG 5).

    A refusal of everything goes to whoever asked: it holds no data.
    """
    people = {person.role: person for person in request.people.all()}
    requester = people[PersonRole.REQUESTER]
    parts = list(request.parts.all())
    if parts and all(part.verdict == Verdict.REFUSED for part in parts):
        return requester
    if say_of(request, on=on).answer_to == PersonRole.SUBJECT:
        return people.get(PersonRole.SUBJECT, requester)
    return people.get(PersonRole.REPRESENTATIVE, requester)


def sending_problems(
    request: SubjectRequest, *, way: str, to: RequestPerson, on: date
) -> dict[str, str]:
    """What stands in the way of sending, per field ("" for the whole)."""
    problems: dict[str, str] = {}
    there = _what_is_there(request)
    if sentence := (
        _problem_of_person(request, there, to=to, on=on) or _problem_of_content(request, there)
    ):
        problems[""] = sentence
    if way == DeliveryWay.LINK and not to.email:
        problems["way"] = (
            f"Van {to.name} is geen e-mailadres bekend. Vul het aan, of kies een andere manier."
        )
    if way == DeliveryWay.POST and not to.address.strip():
        problems["way"] = f"Van {to.name} is geen postadres bekend. Vul het aan."
    return problems


class _There(NamedTuple):
    """Whether the identity is established, and whether activities are chosen."""

    identity: bool
    activities: bool


def _what_is_there(request: SubjectRequest) -> _There:
    known = IdentityCheck.objects.filter(
        request=OuterRef("pk"), about=PauseKind.IDENTITY, is_established=True
    )
    chosen = SubjectRequest.activities.through._base_manager.filter(subjectrequest=OuterRef("pk"))
    rows = SubjectRequest.objects.filter(pk=request.pk)
    return _There(*rows.values_list(Exists(known), Exists(chosen)).get())


def _problem_of_person(
    request: SubjectRequest, there: _There, *, to: RequestPerson, on: date
) -> str:
    """Why this person may not have a copy of the data; empty when the person may."""
    if not grants(request, COPIES):
        return ""
    if not there.identity:
        return "Er gaan gegevens mee. Leg eerst vast hoe u weet wie het vraagt."
    found = say_of(request, on=on)
    if found.may_ask or to.role == PersonRole.SUBJECT:
        return ""
    return f"{to.name} mag deze gegevens nu niet krijgen. {found.explanation}"


def _problem_of_content(request: SubjectRequest, there: _There) -> str:
    """What is missing in the answer; empty when it is whole."""
    missing = items_missing(items_of(request)) if gives_access(request) else ()
    if missing:
        names = ", ".join(f"{number} ({LABELS[number]})" for number in missing)
        return f"Deze onderdelen van het antwoord zijn leeg zonder reden: {names}."
    if grants(request, {RequestKind.PORTABILITY}) and not _portable(request):
        return (
            "Bij “meenemen van gegevens” hoort een bestand dat een computer kan lezen. Zet een "
            "CSV- of XLSX-bestand in het dossier en kruis aan dat het bij het antwoord hoort."
        )
    if grants(request, TOLD_OF) and not there.activities:
        return "Kies eerst de verwerkingen: dan weet u welke ontvangers het moeten horen (AVG 19)."
    return ""


def _portable(request: SubjectRequest) -> bool:
    """Whether a file that a machine reads goes with the answer."""
    found = files_of_answer(request)
    return any(each.document.media_type in _READ_BY_MACHINE for each in found)


def decision_as_it_stands(request: SubjectRequest, *, at: datetime) -> Written:
    """The letter of the decision as it would be written at this moment."""
    told = items_of(request) if gives_access(request) else []
    with translation.override(request.language):
        items = [(str(LABELS[each.number]), each.text or each.why_empty) for each in told]
    to = addressee(request, on=timezone.localdate(at))
    return decision(request, at=at, items=items, to=to)
