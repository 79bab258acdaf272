"""What somebody says, and what follows from it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from consent.choices import Outcome
from consent.models import Answer, CleanUp, Dispute
from consent.models.holding import rulings_on
from consent.rules.explaining import explain
from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import Pupil
from tests.consent.conftest import Families
from tests.factories.consent import say


def outcome(of: Pupil, families: Families, *, on: date) -> Outcome:
    return rulings_on([of], [families.website], on=on)[of.pk][families.website.pk].outcome


def test_silence_is_no_and_one_yes_suffices(families: Families, now: datetime) -> None:
    assert outcome(families.noor, families, on=date(2026, 3, 2)) == Outcome.SILENT

    say(families.mother, families.noor, families.website, True, at=now)

    found = rulings_on([families.noor], [families.website], on=date(2026, 3, 2))
    ruling = found[families.noor.pk][families.website.pk]
    assert ruling.is_yes
    assert explain(ruling) == "Ja, tot en met 31 oktober 2026."
    assert outcome(families.noor, families, on=date(2026, 3, 1)) == Outcome.SILENT
    assert outcome(families.noor, families, on=date(2026, 11, 1)) == Outcome.EXPIRED
    assert outcome(families.daan, families, on=date(2026, 3, 2)) == Outcome.SILENT


def test_a_refusal_of_the_other_makes_it_no_and_asks_the_director(
    families: Families, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, False, at=now + timedelta(days=1))

    assert outcome(families.noor, families, on=date(2026, 3, 3)) == Outcome.NO
    assert Dispute.objects.get().settled_at is None
    task = CleanUp.objects.get()
    assert (task.why, task.due_on) == ("refused", date(2026, 3, 17))

    say(families.father, families.noor, families.website, True, at=now + timedelta(days=2))

    assert outcome(families.noor, families, on=date(2026, 3, 4)) == Outcome.YES
    assert Dispute.objects.get().settled_at == now + timedelta(days=2)


def test_posted_twice_is_one_answer(families: Families, now: datetime) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.mother, families.noor, families.website, True, at=now + timedelta(minutes=1))

    assert [each.kind for each in Answer.objects.all()] == ["given"]


def test_who_has_no_say_is_refused(families: Families, now: datetime) -> None:
    with pytest.raises(ActRefused, match="beslist nu zelf"):
        say(families.mila_mother, families.mila, families.website, True, at=now)
    with pytest.raises(ActRefused, match="Onder de 16 jaar"):
        say(None, families.noor, families.website, True, at=now)
    with pytest.raises(ActRefused, match="wie gezag heeft"):
        say(families.saar_mother, families.noor, families.website, True, at=now)
    assert not Answer.objects.exists()
