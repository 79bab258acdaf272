"""Telling people of a breach (AVG 34): the text, who gets it, sending it, and post on paper.

Part 5 adds the pupils and guardians of the organisation; until then pupils and parents come from a
list or are typed, and staff are picked by their accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from datalekken.choices import ToldRole, ToldWay
from datalekken.models import Breach, Telling, ToldPerson, locked_in, locked_telling, unsent
from datalekken.rules.states import DECIDED, IN_PROGRESS, OPEN
from datalekken.rules.told import (
    Candidate,
    Fate,
    Known,
    Roll,
    candidate_problems,
    reach_of,
    verdict,
)
from privacyboard.audit.acts import ActRefused, day_problem, refuse_second, refused
from privacyboard.organisation.models import Appointment, School, User
from privacyboard.organisation.querysets import running_on

MOST_PEOPLE = 10_000
_MANY = 500
_NAMED = 10
_LONGEST_ADDRESS = 254


@dataclass(frozen=True, kw_only=True)
class Words:
    """What AVG 34(2) asks to be told, in plain language; each is obligatory."""

    title: str
    what_happened: str
    consequences: str
    measures: str
    advice: str
    contact: str


_MISSING = {
    "title": "Vul in waar de brief over gaat.",
    "what_happened": "Schrijf op wat er gebeurde.",
    "consequences": "Schrijf op wat dit voor de mensen kan betekenen.",
    "measures": "Schrijf op wat de school deed of doet.",
    "advice": "Schrijf op wat mensen zelf kunnen doen.",
    "contact": "Schrijf op wie mensen kunnen bellen of mailen.",
}


@transaction.atomic
def write_telling(*, breach: Breach, words: Words, by: User | None, at: datetime) -> Telling:
    """Write a new round of letters; nobody gets it yet. Raises ActRefused."""
    held = locked_in(breach, OPEN)
    _refuse_gaps(words)
    # An impatient finger sends a form twice; the file is held, so the second finds the first.
    if held.tellings.filter(sent_at=None, people__isnull=True, **asdict(words)).exists():
        raise refused("Dit bericht staat er al. Voeg nu toe wie het krijgt.")
    telling = Telling(breach=held, **asdict(words))
    telling.record(by=by, why="bericht geschreven")
    return telling


@transaction.atomic
def change_telling(
    *, telling: Telling, words: Words, seen: int | None = None, by: User | None, at: datetime
) -> Telling:
    """Change the text before it is sent. Raises ActRefused: what was sent stands."""
    held = unsent(telling)
    refuse_second(held, seen=seen)
    _refuse_gaps(words)
    for name, value in asdict(words).items():
        setattr(held, name, value)
    held.record(by=by, why="tekst van het bericht gewijzigd")
    return held


def _refuse_gaps(words: Words) -> None:
    gaps = {name: told for name, told in _MISSING.items() if not getattr(words, name).strip()}
    if gaps:
        raise ActRefused(gaps)


@dataclass(frozen=True)
class Added:
    """What became of each that was given, in its order."""

    fates: tuple[Fate, ...]

    @property
    def count(self) -> int:
        """How many are on the list now who were not."""
        return sum(each.is_added for each in self.fates)

    @property
    def left_out(self) -> int:
        """How many are not, or stood there already."""
        return len(self.fates) - self.count


def look_at(telling: Telling, people: Sequence[tuple[Candidate, str]], *, on: date) -> Added:
    """What would become of these people, each with where it stands in words; nothing is saved."""
    roll = Roll(_known(telling))
    return Added(tuple(_fate(roll, who, where, on) for who, where in people))


def _known(telling: Telling) -> list[Known]:
    rows = telling.people.order_by("pk").values_list("name", "about", "email", "address")
    return [
        Known(name, about, reach_of(email, address), "op de lijst")
        for name, about, email, address in rows
    ]


def _fate(roll: Roll, who: Candidate, where: str, on: date) -> Fate:
    if who.email and not _is_address(who.email):
        return Fate(who, False, note="Dit e-mailadres klopt niet. Controleer het.")
    return roll.fate(who, on=on, where=where)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= _LONGEST_ADDRESS


@transaction.atomic
def add_people(
    *, telling: Telling, people: Sequence[tuple[Candidate, str]], by: User | None, at: datetime
) -> Added:
    """Put these people on the list; who may not be told, or stands there, is left out and told.

    Raises ActRefused when nobody can be added, or when the list grows too long.
    """
    held = unsent(telling)
    found = look_at(held, people, on=timezone.localdate(at))
    if not found.count:
        raise refused(_nobody(found))
    if held.people.count() + found.count > MOST_PEOPLE:
        raise refused(
            "Op een lijst passen 10.000 mensen. Schrijf een tweede bericht voor de anderen."
        )
    ToldPerson.objects.bulk_create(
        [_row(held, fate) for fate in found.fates if fate.is_added], batch_size=_MANY
    )
    held.record(by=by, why=f"ontvangers toegevoegd: {found.count}")
    return found


def _nobody(found: Added) -> str:
    notes = list(dict.fromkeys(each.note for each in found.fates if each.note))
    return " ".join(["Er is niemand toegevoegd.", *notes[:3]])


def _row(telling: Telling, fate: Fate) -> ToldPerson:
    who = fate.who
    return ToldPerson(
        telling=telling,
        breach_id=telling.breach_id,
        role=who.role,
        name=who.name,
        about=who.about,
        email=who.email,
        address=who.address,
        school_id=who.school_id,
        born_on=who.born_on,
        parents_reason=who.parents_reason if who.role == ToldRole.PARENT else "",
        way=ToldWay.EMAIL if who.email else ToldWay.PAPER,
        rule=fate.rule,
    )


@transaction.atomic
def add_person(*, telling: Telling, who: Candidate, by: User | None, at: datetime) -> Added:
    """Put one person on the list. Raises ActRefused, at the field that is wrong."""
    on = timezone.localdate(at)
    problems = candidate_problems(who, on=on)
    if who.email and not _is_address(who.email):
        problems["email"] = "Dit e-mailadres klopt niet. Controleer het."
    if problems:
        raise ActRefused(problems)
    if not (found := verdict(who, on=on)).is_told:
        raise refused(found.rule, "born_on")
    return add_people(telling=telling, people=[(who, "op de lijst")], by=by, at=at)


@transaction.atomic
def add_staff(
    *,
    telling: Telling,
    schools: Iterable[School],
    with_board: bool = False,
    by: User | None,
    at: datetime,
) -> Added:
    """Put everyone on the list who works at these schools today (or for the board as a whole)."""
    on = timezone.localdate(at)
    places = Q(school__in=list(schools)) | (Q(school=None) if with_board else Q(pk__in=[]))
    working = Appointment.objects.filter(places, running_on(on), user__is_active=True)
    rows = working.select_related("user").order_by("user__sort_name", "user_id", "school_id")
    first = {row.user_id: row for row in reversed(rows)}
    if not first:
        raise refused("Bij deze keuze hoort niemand met een account.", "schools")
    people = [
        Candidate(
            role=ToldRole.STAFF, name=row.user.name, email=row.user.email, school_id=row.school_id
        )
        for row in sorted(first.values(), key=lambda row: (row.user.sort_name, row.user_id))
    ]
    return add_people(
        telling=telling, people=[(each, "op de lijst") for each in people], by=by, at=at
    )


@transaction.atomic
def remove_person(*, person: ToldPerson, by: User | None, at: datetime) -> None:
    """Take somebody off the list before it is sent. Raises ActRefused."""
    held = unsent(person.telling)
    gone, _by_model = held.people.filter(pk=person.pk).delete()
    if not gone:
        raise refused("Deze persoon staat niet meer op de lijst.")
    held.record(by=by, why="ontvanger weggehaald: 1")


@transaction.atomic
def send_telling(
    *,
    telling: Telling,
    voluntarily: bool = False,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Telling:
    """Let the letters go: a worker makes them, e-mail first come first served, the rest on paper.

    Because it was decided, or voluntarily and said so: waiting for a decision is no reason to let
    people run a high risk (AVG 34(1)). Who is told is asked again on this day: somebody can have
    turned 16 or 18 since. Raises ActRefused.
    """
    breach = locked_in(telling.breach, {IN_PROGRESS, DECIDED})
    held = unsent(telling)
    refuse_second(held, seen=seen)
    if not breach.tells and not voluntarily:
        raise refused(_undecided(breach), "voluntarily")
    people = list(held.people.order_by("pk"))
    if not people:
        raise refused("Er staat nog niemand op de lijst. Voeg eerst toe wie de brief krijgt.")
    _refuse_who_grew_up(people, on=timezone.localdate(at))
    # What the rule gave stands in words; the birthdays have done their work (AVG 5(1)(c)).
    held.people.update(born_on=None, parents_reason="")
    held.sent_at, held.sent_by = at, by
    held.record(by=by, why=f"bericht verstuurd aan {len(people)} mensen")
    if breach.told_at is None:
        breach.told_at = at
        breach.record(by=by, why="verteld aan de mensen")
    return held


def _undecided(breach: Breach) -> str:
    if breach.tells is None:
        return (
            "Er is nog niet besloten om het de mensen te vertellen. Wilt u niet wachten? "
            "Kruis dan aan dat u het uit vrije wil vertelt."
        )
    return (
        "Er is besloten om het de mensen niet te vertellen. Vertelt u het toch? "
        "Kruis dan aan dat u het uit vrije wil vertelt."
    )


def _refuse_who_grew_up(people: Sequence[ToldPerson], *, on: date) -> None:
    """Raises ActRefused with the names of whom the rule sees differently today."""
    changed = []
    for each in people:
        who = Candidate(
            role=each.role,
            name=each.name,
            about=each.about,
            born_on=each.born_on,
            parents_reason=each.parents_reason,
        )
        found = verdict(who, on=on)
        if not found.is_told or found.rule != each.rule:
            changed.append(each.about or each.name)
    if changed:
        names = ", ".join(changed[:_NAMED]) + (" en anderen" if len(changed) > _NAMED else "")
        raise refused(
            f"Sinds de lijst is gemaakt werd iemand 16 of 18: {names}. Haal deze mensen van de "
            "lijst en voeg ze opnieuw toe: dan krijgt de goede persoon de brief."
        )


@transaction.atomic
def put_on_paper(*, person: ToldPerson, address: str, by: User | None, at: datetime) -> ToldPerson:
    """The e-mail did not arrive: this person gets a letter on paper instead. Raises ActRefused."""
    telling = locked_telling(person.telling)
    held = _held_person(person)
    has_failed = held.mail is not None and held.mail.is_undelivered
    if held.way != ToldWay.EMAIL or not has_failed:
        raise refused("Alleen als een e-mail niet is aangekomen, maakt u een brief op papier.")
    held.way, held.address, held.made_at = ToldWay.PAPER, address.strip(), None
    held.save(update_fields=["way", "address", "made_at"])
    telling.record(by=by, why="brief op papier in plaats van een e-mail die niet aankwam: 1")
    return held


def _held_person(person: ToldPerson) -> ToldPerson:
    rows = ToldPerson.objects.select_for_update(of=("self",)).select_related("mail", "telling")
    held: ToldPerson = rows.get(pk=person.pk)
    return held


@transaction.atomic
def note_posted(
    *, person: ToldPerson, posted_on: date, by: User | None, at: datetime
) -> ToldPerson:
    """One letter on paper was posted or handed over. Raises ActRefused."""
    telling = locked_telling(person.telling)
    held = _held_person(person)
    if held.way != ToldWay.PAPER:
        raise refused("Deze brief gaat per e-mail.")
    if held.posted_on is not None:
        raise refused(f"Deze brief is al verstuurd op {held.posted_on:%d-%m-%Y}.")
    if held.made_at is None:
        raise refused(_NOT_MADE)
    _refuse_day(telling, posted_on, at)
    held.posted_on = posted_on
    held.save(update_fields=["posted_on"])
    telling.record(by=by, why=f"op de post op {posted_on:%d-%m-%Y}: 1 brief")
    return held


_NOT_MADE = "De brief wordt nog gemaakt. Probeer het over een minuut opnieuw."


@transaction.atomic
def note_all_posted(*, telling: Telling, posted_on: date, by: User | None, at: datetime) -> int:
    """Every letter on paper that was still here was posted; returns how many. Raises ActRefused."""
    held = locked_telling(telling)
    _refuse_day(held, posted_on, at)
    waiting = held.people.to_post()
    if waiting.filter(made_at=None).exists():
        raise refused("Er worden nog brieven gemaakt. Probeer het over een minuut opnieuw.")
    count: int = waiting.update(posted_on=posted_on)
    if not count:
        raise refused("Er liggen geen brieven meer die op de post moeten.")
    held.record(by=by, why=f"op de post op {posted_on:%d-%m-%Y}: {count} brieven")
    return count


def _refuse_day(telling: Telling, day: date, at: datetime) -> None:
    if telling.sent_at is None:
        raise refused("Dit bericht is nog niet verstuurd.")
    problem = day_problem(day, at=at, not_before=timezone.localdate(telling.sent_at))
    if problem:
        raise refused(problem, "posted_on")
