"""Breaches: list, file page and register with 3,000 and with 48,000 of them."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from datalekken.models import Breach, Measure, Telling, ToldPerson
from privacyboard.demo.populate import populate
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment
from tests.bench.boards import boards
from tests.bench.frame import Figure
from tests.bench.growth import costs, told
from tests.bench.visits import Visits, sign_in

MAKES_BOARDS = True
COUNTS = (3_000, 48_000)
OTHERS = {
    "schools": 60,
    "users": 600,
    "suppliers": 20,
    "activities": 60,
    "disclosures": 100,
    "requests": 100,
    "letters": 100,
    "entries": 100,
}
LISTS = (
    "/",
    "/datalekken/",
    "/datalekken/?toon=all",
    "/datalekken/?toon=late",
    "/datalekken/?toon=closed",
)
# So many letters wait for somebody, on either board; all the others were sent or posted.
WAITING = 5
BATCH = 500
# Counts every breach that there is: it grows with them, and is told beside the others.
COUNTING = "/datalekken/register/"


def figures() -> list[Figure]:
    """Queries and growth of the pages of breaches."""
    with boards(2) as made:
        sessions, addresses = [], []
        for number, count in enumerate(COUNTS):
            made.use(number)
            populate({**OTHERS, "breaches": count}, seed=1, at=timezone.now())
            _follow_up()
            sessions.append({role: sign_in(role) for role in Role.values})
            addresses.append({role: _addresses(role) for role in Role.values})
        found = costs(made, Visits(), sessions, addresses)
        return told(found, what="breaches", counts=COUNTS, counting=COUNTING)


def _addresses(role: str) -> dict[str, str]:
    """Every page, with an example of a file that this role reads."""
    user = Appointment.objects.filter(role=role).order_by("pk")[0].user
    found = {each: each for each in (*LISTS, COUNTING)}
    closed = Breach.objects.visible_to(user).filter(state="closed").order_by("-registered_at")
    number = closed.values_list("number", flat=True).first()
    if number:
        found["/datalekken/<nummer>/"] = f"/datalekken/{number}/"
        found["/datalekken/<nummer>/verloop/"] = f"/datalekken/{number}/verloop/"
    return found


def _follow_up() -> None:
    """What years leave behind beside the files: letters, changes seen to, measures of many."""
    told = Breach.objects.filter(told_at__isnull=False).order_by("pk")
    rounds = Telling.objects.bulk_create(
        [Telling(breach=each, title="Bericht (fictief)", sent_at=each.told_at) for each in told],
        batch_size=BATCH,
    )
    mails = OutboundLetter.objects.bulk_create([_mail(each) for each in rounds], batch_size=BATCH)
    every = len(rounds) // WAITING
    people = []
    for number, (telling, mail) in enumerate(zip(rounds, mails, strict=True)):
        sent = telling.sent_at
        given = {"telling": telling, "breach": telling.breach, "role": "parent", "made_at": sent}
        people.append(ToldPerson(**given, way="email", email=mail.to, mail=mail))
        posted_on = timezone.localdate(sent) if number % every else None
        people.append(ToldPerson(**given, way="paper", posted_on=posted_on))
    ToldPerson.objects.bulk_create(people, batch_size=BATCH)
    undelivered = [each.pk for each in mails[every // 2 :: every]]
    OutboundLetter.objects.filter(pk__in=undelivered).update(state=OutboundLetter.State.FAILED)
    closed = Breach.objects.filter(state="closed").order_by("pk").values_list("pk", flat=True)
    Breach.objects.filter(pk__in=list(closed)[::5]).update(register_must_change=True)
    _share_out()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _mail(telling: Telling) -> OutboundLetter:
    at = telling.sent_at or timezone.now()
    return OutboundLetter(
        key=f"bench-{telling.pk}",
        letter="datalekken/told",
        to="ouder@thuis.example",
        subject="Bericht (fictief)",
        state=OutboundLetter.State.SENT,
        queued_at=at,
        due_at=at,
        sent_at=at,
    )


def _share_out() -> None:
    """Everybody takes care of a few measures, half of them late; all the others are done."""
    first = Appointment.objects.order_by("role", "pk").distinct("role").values_list("user")
    measures = list(Measure.objects.order_by("-pk").values_list("pk", flat=True))
    Measure.objects.filter(done_on=None).update(done_on=F("due_on"))
    today = timezone.localdate()
    for number, (owner,) in enumerate(first):
        for days in range(-WAITING, WAITING):
            each = measures[number * 2 * WAITING + days + WAITING]
            due_on = today + timedelta(days=days)
            Measure.objects.filter(pk=each).update(owner=owner, due_on=due_on, done_on=None)
