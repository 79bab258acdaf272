"""What a board gathers day by day: single disclosures, letters that were sent, the access log."""

from __future__ import annotations

from datetime import timedelta

from privacyboard.audit.models import AccessEntry
from privacyboard.demo.populate.making import Making
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import School, User
from registers.choices import DisclosureKind
from registers.models import (
    DataCategory,
    Disclosure,
    DisclosureGround,
    ExternalParty,
    ProcessingActivity,
)

DAYS = 700
PARTIES = ("municipality", "swv", "inspectorate", "duo")


def make_disclosures(making: Making, count: int) -> None:
    """Data of one pupil each, given on a ground in the law, spread over schools and days."""
    schools = making.made(School)
    grounds = list(DisclosureGround.objects.filter(needs_official_request=False))
    parties = making.codes.find_all(ExternalParty, PARTIES)
    if not schools:
        return
    rows = making.keep(
        Disclosure,
        [
            Disclosure(
                school=making.random.choice(schools),
                kind=DisclosureKind.SINGLE,
                disclosed_on=making.today - timedelta(days=making.random.randint(0, DAYS)),
                person_key=f"L{number + 1:06}",
                party=making.random.choice(parties),
                purpose="Een vraag van de ontvanger beantwoorden (fictief).",
                basis=(ground := making.random.choice(grounds)).basis,
                ground=ground,
                subsidiarity="Een telefoontje gaf geen antwoord.",
                proportionality="Het gaat om één leerling en één vraag.",
                minimisation="Alleen wat gevraagd is.",
            )
            for number in range(count)
        ],
    )
    data = list(DataCategory.objects.all())
    making.choose(Disclosure, "data", {each.pk: making.some(data, 3) for each in rows})


def make_letters(making: Making, count: int) -> None:
    """Letters that were sent to the people of the board."""
    users = making.made(User)
    if not users:
        return
    letters = []
    for number in range(count):
        at = making.at - timedelta(minutes=7 * number + 1)
        letters.append(
            OutboundLetter(
                key=f"verzonnen-{number}",
                letter="organisation/invitation",
                to=users[number % len(users)].email,
                subject="Een fictieve brief",
                text="Fictief.",
                html="<p>Fictief.</p>",
                state=OutboundLetter.State.SENT,
                queued_at=at,
                due_at=at,
                sent_at=at,
                attempts=1,
            )
        )
    making.keep(OutboundLetter, letters)


def make_entries(making: Making, count: int) -> None:
    """Who opened which activity. The database dates each entry itself: all of them are of now."""
    users, activities = making.made(User), making.made(ProcessingActivity)
    if not users or not activities:
        return
    entries = []
    for number in range(count):
        activity = activities[number % len(activities)]
        entries.append(
            AccessEntry(
                by=users[number % len(users)],
                act=AccessEntry.Act.OPENED,
                subject_type=activity._meta.label_lower,
                subject_id=str(activity.pk),
                title=str(activity),
            )
        )
    making.keep(AccessEntry, entries)
