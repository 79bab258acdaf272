"""The answer as it stands: what it says, to whom it goes, and what is in the way of sending it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from privacyboard.documents.rules import TEXT, XLSX
from registers.content import ActivityContent
from registers.models import ActivityVersion
from requests_ar.choices import DeliveryWay, PersonRole, RequestKind, Verdict
from requests_ar.letters.decision import decision
from requests_ar.letters.facts import Written
from requests_ar.models import RequestPerson, SubjectRequest, position_of
from requests_ar.rules.answer_items import LABELS, NUMBERS, Item, compose_items, items_missing
from requests_ar.rules.standing import say

_GIVEN = frozenset({Verdict.GRANTED, Verdict.PARTLY})
_READ_BY_MACHINE = frozenset({TEXT, XLSX})


def contents_of(request: SubjectRequest) -> list[ActivityContent]:
    """What the chosen activities say in their versions in force: the established register."""
    chosen = request.activities.values("pk")
    versions = ActivityVersion.objects.in_force().filter(activity__in=chosen)
    return [version.read() for version in versions.order_by("activity__code")]


def gives_access(request: SubjectRequest) -> bool:
    """Whether the answer gives access, for what was asked or for what it was handled as."""
    return any(
        (part.kind == RequestKind.ACCESS and part.verdict in _GIVEN)
        or (part.verdict == Verdict.OTHER_KIND and part.handled_as == RequestKind.ACCESS)
        for part in request.parts.all()
    )


def items_of(request: SubjectRequest) -> list[Item]:
    """The ten items as they stand: what was typed, else what the register says now."""
    typed = {each.item: each for each in request.items.all()}
    composed = compose_items(contents_of(request), group=request.group.code)
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
    if say(position_of(request), on=on).answer_to == PersonRole.SUBJECT:
        return people.get(PersonRole.SUBJECT, requester)
    return people.get(PersonRole.REPRESENTATIVE, requester)


def sending_problems(request: SubjectRequest, *, way: str, to: RequestPerson) -> dict[str, str]:
    """What stands in the way of sending, per field ("" for the whole)."""
    problems: dict[str, str] = {}
    if gives_access(request):
        missing = items_missing(items_of(request))
        if missing:
            names = ", ".join(f"{number} ({LABELS[number]})" for number in missing)
            problems[""] = f"Deze onderdelen van het antwoord zijn leeg zonder reden: {names}."
    if way == DeliveryWay.LINK and not to.email:
        problems["way"] = (
            f"Van {to.name} is geen e-mailadres bekend. Vul het aan, of kies een andere manier."
        )
    if way == DeliveryWay.POST and not to.address.strip():
        problems["way"] = f"Van {to.name} is geen postadres bekend. Vul het aan."
    if _lacks_portable_file(request):
        problems.setdefault(
            "",
            "Bij “meenemen van gegevens” hoort een bestand dat een computer kan lezen. Zet een "
            "CSV- of XLSX-bestand in het dossier en kruis aan dat het bij het antwoord hoort.",
        )
    return problems


def _lacks_portable_file(request: SubjectRequest) -> bool:
    carried = request.parts.filter(kind=RequestKind.PORTABILITY, verdict__in=_GIVEN).exists()
    marked = request.files.filter(is_for_answer=True, document__media_type__in=_READ_BY_MACHINE)
    return carried and not marked.exists()


def decision_as_it_stands(request: SubjectRequest, *, at: datetime) -> Written:
    """The letter of the decision as it would be written at this moment."""
    told = items_of(request) if gives_access(request) else []
    items = [(LABELS[each.number], each.text or each.why_empty) for each in told]
    to = addressee(request, on=timezone.localdate(at))
    return decision(request, at=at, items=items, to=to)
