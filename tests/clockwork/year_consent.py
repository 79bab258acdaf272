"""Consent in the year: birthdays, a yes that ends, who leaves, and the round of De Eik.

Counted by hand on a calendar, from the law and the board's choices: after sixteen sixty days to
confirm anew; a yes of a year ends on 31 October.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from consent.choices import Means, Renewal
from consent.models import Invitation, Question, Round
from privacyboard.organisation.models import Guardian, Guardianship, Pupil
from tests.clockwork.year_world import Told, World, moment
from tests.factories import consent, people

TOLD: dict[Told, date] = {
    # Ava is eighteen on Sunday 10 January 2027, and has an address: a letter of her own.
    ("consent_eighteen", "20270110:0", ""): date(2027, 1, 10),
    # Abe on 3 March, and has none: the director tells him.
    ("consent_eighteen", "20270303:0", ""): date(2027, 3, 3),
    # The round runs from 7 September to 9 October 2026, with reminders 14 and 6 days before it
    # closes. Guus answers on 21 September; Hans comes on the day of the first reminder.
    ("consent.round", "14", "gea@gezin.example"): date(2026, 9, 25),
    ("consent.round", "6", "gea@gezin.example"): date(2026, 10, 3),
    ("consent.round", "6", "hans@gezin.example"): date(2026, 10, 3),
}
MORNINGS = {("dirk@deproef.example", date(2027, 3, 4))}
_INVITED, _REMINDED = "consent/invitation", "consent/round_reminder"
SENT = {
    (_INVITED, "gea@gezin.example", date(2026, 9, 7)),
    (_INVITED, "guus@gezin.example", date(2026, 9, 7)),
    # Each sweep once a day, by name: who is asked while it runs is written to by the next morning.
    (_INVITED, "hans@gezin.example", date(2026, 9, 26)),
    (_REMINDED, "gea@gezin.example", date(2026, 9, 25)),
    (_REMINDED, "gea@gezin.example", date(2026, 10, 3)),
    (_REMINDED, "hans@gezin.example", date(2026, 10, 3)),
    ("consent/sixteen", "rik@leerling.example", date(2026, 9, 14)),
    ("consent/sixteen", "puck@leerling.example", date(2026, 12, 20)),
    ("consent/eighteen", "ava@leerling.example", date(2027, 1, 10)),
}
# Asked once, on the day on which a pupil turns sixteen.
SIXTEEN = {"Rik": date(2026, 9, 14), "Puck": date(2026, 12, 20)}
# What stood on a yes is asked to be taken away, from the first day on which nothing holds it.
CLEANED = {
    # Said on 4 September 2025, until 31 October 2026.
    ("Eef", "expired"): date(2026, 11, 1),
    # Sixteen on 14 September; sixty days later is 13 November.
    ("Rik", "reconfirm"): date(2026, 11, 14),
    # The parents said yes before Ava was sixteen, she herself nothing.
    ("Ava", "eighteen"): date(2027, 1, 10),
    # Registered on 1 February: off the school from the 5th.
    ("Lot", "left"): date(2027, 2, 5),
}
ENDS = {
    "last days of authority": {"Ava": date(2027, 1, 9), "Abe": date(2027, 3, 2), "Rik": None},
    "rounds of De Eik": [("closed", 3)],
    "authority of the same parent over a younger child": None,
}


def build(world: World) -> None:
    """Who is there, and what is said when."""
    cast = world.cast
    website = Question.objects.get(means=Means.WEBSITE)
    always = consent.question(
        Means.SOCIAL_MEDIA, at=moment(date(2020, 8, 1)), renewal=Renewal.ON_CHANGE
    )
    # The parents' yes of before sixteen, without a last day.
    ava = _child(world, "Ava", always, born_on=date(2009, 1, 10), email="ava@leerling.example")
    younger = people.pupil(cast.linde, "Ida")
    parent = Guardian.objects.get(guardianships__pupil=ava)
    Guardianship(pupil=younger, guardian=parent).record(by=None, why="ingevoerd")
    _child(world, "Rik", always, born_on=date(2010, 9, 14), email="rik@leerling.example")
    lot = _child(world, "Lot", always)
    abe = _child(world, "Abe", always, born_on=date(2009, 3, 3))
    # What Abe says himself, at seventeen, holds on.
    consent.say(None, abe, always, True, at=moment(date(2026, 7, 1)))
    _child(world, "Eef", website, said_on=date(2025, 9, 4))
    fee = _child(world, "Fee", website, said_on=date(2025, 9, 4))
    again = Guardian.objects.get(guardianships__pupil=fee)
    # A month before it ends her father says yes again: until 31 October 2027.
    world.on(
        date(2026, 10, 1),
        lambda: consent.say(again, fee, website, True, at=moment(date(2026, 10, 1), 7)),
    )

    def leave() -> None:
        pupil = Pupil.objects.get(pk=lot.pk)
        pupil.left_on = date(2027, 2, 5)
        pupil.record(by=None, why="vertrekt")

    world.on(date(2027, 2, 1), leave)
    _round(world, website)
    ties = Guardianship.objects.filter(pupil__first_name__in=["Ava", "Abe", "Rik"])
    world.ends["last days of authority"] = lambda: dict(
        ties.all().values_list("pupil__first_name", "ends_on")
    )
    world.ends["authority of the same parent over a younger child"] = lambda: (
        Guardianship.objects.get(pupil=younger).ends_on
    )


def _child(
    world: World,
    name: str,
    question: Question,
    *,
    said_on: date = date(2024, 10, 5),
    **values: Any,
) -> Pupil:
    """A pupil of De Linde whose parent said yes."""
    child = people.pupil(world.cast.linde, name, **values)
    parent = people.guardian(child, first_name=f"Ouder{name}")
    consent.say(parent, child, question, True, at=moment(said_on))
    return child


def _round(world: World, question: Question) -> None:
    """Two parents at the start, and one who comes while it runs."""
    eik = world.cast.eik
    asked = consent.round_of(
        question,
        school=eik,
        opens_on=date(2026, 9, 7),
        closes_on=date(2026, 10, 9),
        valid_until=date(2027, 10, 31),
        reminder_days=[14, 6],
    )
    people.guardian(people.pupil(eik, "Gijs"), first_name="Gea")
    child = people.pupil(eik, "Guusje")
    father = people.guardian(child, first_name="Guus")
    world.on(
        date(2026, 9, 21),
        lambda: consent.say(
            father,
            child,
            question,
            True,
            at=moment(date(2026, 9, 21), 7),
            in_round=Round.objects.get(pk=asked.pk),
        ),
    )
    world.on(
        date(2026, 9, 25),
        lambda: people.guardian(people.pupil(eik, "Hanna"), first_name="Hans"),
    )
    world.ends["rounds of De Eik"] = lambda: [
        (str(each.state), Invitation.objects.filter(round=each).count())
        for each in Round.objects.filter(schools=eik, pk=asked.pk)
    ]
