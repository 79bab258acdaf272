"""What follows from answers: differences, clean-ups, addresses, letters; and who may act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.actions.addressing import put_address_right
from consent.actions.paper import print_invitations
from consent.actions.sixteen import ask_sixteen
from consent.models import CleanUp, Dispute, Invitation
from consent.models.holding import rulings_on
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import Guardian, Pupil, User
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import people
from tests.factories.consent import say

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
TASKS = "/toestemmingen/taken/"


def differ(families: Families, child: Pupil, at: datetime) -> None:
    say(families.mother, child, families.website, True, at=at)
    say(families.father, child, families.website, False, at=at + timedelta(minutes=1))


def lost(guardian: Guardian, at: datetime) -> Guardian:
    guardian.unreachable_since, guardian.unreachable_why = at, "bounced"
    guardian.record(by=None, why="post kwam terug")
    return guardian


def everything(families: Families, now: datetime) -> dict[str, int]:
    """One of each task at De Linde: the key of each."""
    differ(families, families.noor, now)
    lost(families.father, now)
    Pupil.objects.filter(pk=families.mila.pk).update(email="")
    ask_sixteen(at=now)
    print_invitations(at=now)
    letter = Invitation.objects.get(pupil=families.mila).document
    assert letter is not None
    return {
        "verschil": Dispute.objects.get().pk,
        "opruimen": CleanUp.objects.get().pk,
        "adres": families.father.pk,
        "brief": letter.pk,
    }


def test_a_director_sees_all_that_waits_at_the_own_school(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    everything(families, now)

    page = " ".join(as_user(cast.director).get(TASKS).content.decode().split())
    for words in (
        "Noor Visser",
        "de website van de school",
        "Bram Visser",
        "onze mail kwam terug",
        "Zestien jaar: brieven op papier, De Linde",
    ):
        assert words in page, words
    other = " ".join(as_user(cast.eik_director).get(TASKS).content.decode().split())
    assert "Visser" not in other
    assert "Er zijn geen verschillen." in other
    # A care coordinator has to know what may, and not who differs from whom.
    for user in (
        cast.teacher,
        cast.care,
        cast.auditor,
        cast.administrator,
        cast.board_member,
    ):
        assert as_user(user).get(TASKS).status_code == 404, user.email
    ibp = as_user(cast.ibp)
    assert "Noor Visser" in ibp.get(f"{TASKS}?school=de-linde").content.decode()
    assert "Noor Visser" not in ibp.get(f"{TASKS}?school=de-eik").content.decode()


def test_strangers_find_no_task(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    paths = [f"{TASKS}{word}/{pk}/" for word, pk in everything(families, now).items()]
    paths += [f"{TASKS}{word}/{2**64}/" for word in ("verschil", "opruimen", "adres", "brief")]
    for user in (
        cast.eik_director,
        cast.teacher,
        cast.care,
        cast.auditor,
        cast.administrator,
        cast.board_member,
        cast.fg,
    ):
        for path in paths:
            assert as_user(user).get(path).status_code == 404, (user.email, path)
            assert as_user(user).post(path).status_code == 404, (user.email, path)
    for path in paths[:4]:
        assert as_user(cast.director).get(path).status_code == 200, path
        assert as_user(cast.ibp).get(path).status_code == 200, path


def test_the_director_reads_who_says_what_and_closes_the_difference(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    differ(families, families.noor, now)
    dispute = Dispute.objects.get()
    path = f"{TASKS}verschil/{dispute.pk}/"
    client = as_user(cast.director)

    page = " ".join(client.get(path).content.decode().split())
    assert "Sanne Visser (ouder)" in page
    assert "gegeven, 2 maart 2026 (via de link)" in page
    assert "geweigerd, 2 maart 2026 (via de link)" in page
    entry = AccessEntry.objects.get()
    assert (entry.act, entry.by, entry.school) == ("opened", cast.director, cast.linde)
    answer = client.post(path, {"note": " "})
    assert answer.status_code == 422
    assert "Schrijf op wat u met de ouders hebt besproken." in answer.content.decode()

    assert client.post(path, {"note": "Gebeld met beiden."}).status_code == 302

    dispute.refresh_from_db()
    assert (dispute.note, dispute.settled_by) == ("Gebeld met beiden.", cast.director)
    answer = client.post(path, {"note": "Nog eens."})
    assert "Dit verschil is al afgerond." in answer.content.decode()
    assert "Nog eens." in answer.content.decode()


@pytest.mark.requirement("KPO-045")
def test_what_was_withdrawn_is_taken_away_and_that_is_written_down(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.mother, families.noor, families.website, False, at=now + timedelta(days=1))
    held = {
        day: rulings_on([families.noor], [families.website], on=day)[families.noor.pk]
        for day in (date(2026, 3, 2), date(2026, 3, 3))
    }
    # What was used before stays lawful; from the withdrawal on it is no.
    assert [each[families.website.pk].is_yes for each in held.values()] == [True, False]
    task = CleanUp.objects.get()
    path = f"{TASKS}opruimen/{task.pk}/"
    client = as_user(cast.director)
    page = " ".join(client.get(path).content.decode().split())
    assert "de website van de school. Uiterlijk dinsdag 17 maart 2026." in page
    assert "Wat eerder gepubliceerd werd, mocht toen." in page

    answer = client.post(path, {"done_on": "2026-03-01", "note": "Foto van de site."})
    assert "Deze dag ligt voor 03-03-2026." in answer.content.decode()
    assert "Foto van de site." in answer.content.decode()
    client.post(path, {"done_on": "2026-03-04", "note": "Foto van de site."})

    task.refresh_from_db()
    assert (task.done_on, task.done_by, task.note) == (
        date(2026, 3, 4),
        cast.director,
        "Foto van de site.",
    )
    assert task.history.latest().history_user == cast.director


def test_who_opens_a_task_that_closed_by_itself_reads_that_nothing_has_to_go(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    for days, yes in enumerate((True, False)):
        say(families.mother, families.noor, families.website, yes, at=now + timedelta(days=days))
    path = f"{TASKS}opruimen/{CleanUp.objects.get().pk}/"
    client = as_user(cast.director)
    say(families.mother, families.noor, families.website, True, at=now + timedelta(days=2))

    page = " ".join(client.get(path).content.decode().split())
    assert "Er hoefde niets meer weg" in page
    assert "Op 4 maart 2026 werd opnieuw ja gezegd. Deze taak sloot toen vanzelf." in page
    for words in ("Haal weg", "Het mag niet blijven staan", "Weggehaald op", "<form method"):
        assert words not in page.partition("<h1>")[2], words
    assert "Er hoeft niets weg." in client.get(TASKS).content.decode()
    # Who had the page open already is told, and loses nothing.
    answer = client.post(path, {"done_on": "2026-03-04", "note": "Foto van de site."})
    assert answer.status_code == 422
    for words in ("Intussen is het weer ja: er hoeft niets meer weg.", "Foto van de site."):
        assert words in answer.content.decode(), words


def test_an_address_is_put_right_and_mail_goes_again(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    lost(families.father, now)
    path = f"{TASKS}adres/{families.father.pk}/"
    client = as_user(cast.director)
    same = client.post(path, {"email": "BRAM@vader.example"})
    assert "Dit is het adres dat niet werkte." in same.content.decode()
    wrong = client.post(path, {"email": "geen adres"})
    assert wrong.status_code == 422
    assert "geen adres" in wrong.content.decode()

    client.post(path, {"email": "Bram@nieuw.example"})

    families.father.refresh_from_db()
    assert (families.father.email, families.father.can_be_mailed) == ("bram@nieuw.example", True)
    # A link that went to the old address can be read by a stranger.
    assert families.father.link_number == 2
    assert families.father.history.latest().history_user == cast.director
    with pytest.raises(ActRefused, match="Iemand anders zette dit adres al recht"):
        put_address_right(guardian=families.father, email="x@y.example", by=None, at=now)


def test_without_an_address_somebody_answers_on_paper(families: Families, now: datetime) -> None:
    lost(families.father, now)

    kept = put_address_right(guardian=families.father, email="", by=None, at=now)

    assert (kept.email, kept.unreachable_since, kept.unreachable_why) == ("", None, "")


def test_a_letter_is_handed_over_on_a_day(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    keys = everything(families, now)
    client = as_user(cast.director)
    today = timezone.localdate()

    client.post(f"{TASKS}brief/{keys['brief']}/", {"handed_on": str(today)})

    assert Invitation.objects.get(pupil=families.mila).handed_on == today
    assert "Er liggen geen brieven." in client.get(TASKS).content.decode()
    again = client.post(f"{TASKS}brief/{keys['brief']}/", {"handed_on": str(today)})
    assert "Deze brieven zijn al meegegeven." in again.content.decode()


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_list_costs_the_same_with_more_tasks(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    everything(families, now)
    clients: dict[str, Any] = {"director": cast.director, "ibp": cast.ibp, "fg": cast.fg}
    before = {name: cost(as_user(user), TASKS) for name, user in clients.items()}
    differ(families, families.daan, now)
    for number in range(3):
        child = people.pupil(cast.linde, f"Kind {number}", born_on=date(2010, 2, 1 + number))
        lost(people.guardian(child, first_name=f"Weg {number}"), now)
    ask_sixteen(at=now)
    print_invitations(at=now)

    after = {name: cost(as_user(user), TASKS) for name, user in clients.items()}
    assert before == after == {"director": 10, "ibp": 10, "fg": 10}


def test_the_pages_of_acts_stay_within_their_budget(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    keys = everything(families, now)
    client = as_user(cast.director)
    found = {word: cost(client, f"{TASKS}{word}/{pk}/") for word, pk in keys.items()}
    assert found == {"verschil": 8, "opruimen": 8, "adres": 5, "brief": 5}
