"""What waits for whom around breaches: for who handles, decides and advises, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from datalekken import worklist
from datalekken.actions.closing import Lessons, Task, add_measure, close_breach, learn
from datalekken.actions.deciding import advise, assess_breach
from datalekken.actions.guarding import make_confidential, name_person
from datalekken.actions.investigating import take_up
from datalekken.models import Breach, Notification, Telling, ToldPerson
from privacyboard.clockwork.worklist import items_of
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Appointment, User
from privacyboard.vocabulary import WorkItem
from requests_ar import worklist as request_worklist
from tests.conftest import NOW, Cast
from tests.factories import breaches as make
from tests.factories import requests as make_requests

AsUser = Callable[[User], Client]
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def after(hours: int) -> datetime:
    return NOW + hours * HOUR


def items(user: User, at: datetime = NOW) -> list[WorkItem]:
    user.__dict__.pop("_standing", None)
    found = items_of([worklist], user, at)
    for each in found:
        # Every line leads to a page that is there.
        try:
            resolve(each.url.partition("#")[0])
        except Resolver404:  # pragma: no cover
            pytest.fail(each.url)
    return found


def everybody(cast: Cast, at: datetime = NOW) -> dict[str, list[str]]:
    lists = {
        user.first_name: [each.sentence for each in items(user, at)] for user in cast.everybody()
    }
    return {name: found for name, found in lists.items() if found}


def told(made: Breach, at: datetime, **values: Any) -> ToldPerson:
    telling = Telling(
        breach=made,
        title="Bericht",
        what_happened="x",
        consequences="x",
        measures="x",
        advice="x",
        contact="x",
        sent_at=at,
    )
    telling.record(by=None, why="proef")
    given = {"role": "parent", "name": "Mila Moeder", "way": "paper", "made_at": at, **values}
    return ToldPerson.objects.create(telling=telling, breach=made, **given)


def changed(made: Breach, **values: Any) -> Breach:
    for name, value in values.items():
        setattr(made, name, value)
    made.record(by=None, why="proef")
    return made


def test_a_new_report_waits_for_the_ibp_manager(cast: Cast) -> None:
    make.breach(cast.linde, at=NOW)
    assert everybody(cast) == {"Ilse": ["Nieuwe melding van een datalek: D-2026-0001."]}
    item = items(cast.ibp)[0]
    assert (item.url, item.act_label, item.tone) == (
        "/datalekken/D-2026-0001/",
        "Oppakken",
        "attention",
    )


def test_an_investigation_says_what_it_asks_and_how_many_hours_are_left(cast: Cast) -> None:
    made = make.breach(cast.linde, at=NOW)
    take_up(breach=made, handler=cast.ibp, by=cast.ibp, at=NOW)
    uncertain = "Melding D-2026-0001: leg vast of het zeker een datalek is."
    assert everybody(cast) == {"Ilse": [uncertain]}
    made = make.certain(made, at=NOW, by=cast.ibp)
    assert everybody(cast, after(60)) == {
        "Ilse": ["Datalek D-2026-0001: beoordeel het risico. U hebt nog 12 uur."]
    }
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=NOW)
    waits = "Datalek D-2026-0001 wacht op een besluit. U hebt nog minder dan een uur."
    assert everybody(cast, after(72) - timedelta(minutes=1)) == {
        "Fenna": [
            "Datalek D-2026-0001 wacht op uw advies. U hebt nog minder dan een uur.",
        ],
        "Ilse": [waits],
        "Bram": [waits],
    }


def test_when_it_is_late_fg_and_board_see_it_in_red(cast: Cast) -> None:
    make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    late = "Datalek D-2026-0001 is nog niet gemeld of besloten. De 72 uur zijn voorbij."
    assert everybody(cast, after(73)) == {
        "Fenna": [late],
        "Ilse": ["Datalek D-2026-0001: beoordeel het risico. De 72 uur zijn voorbij."],
        "Bram": [late],
    }
    assert {each.tone for user in (cast.fg, cast.ibp) for each in items(user, after(73))} == {
        "late"
    }


def test_advice_is_asked_until_it_is_given(cast: Cast) -> None:
    made = make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    assert "Fenna" not in everybody(cast)
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=NOW)
    assert everybody(cast)["Fenna"] == [
        "Datalek D-2026-0001 wacht op uw advies. U hebt nog 72 uur."
    ]
    advise(
        breach=made,
        advice="Meld het.",
        advises_notifying=True,
        advises_telling=True,
        by=cast.fg,
        at=NOW,
    )
    assert "Fenna" not in everybody(cast)


def test_a_decided_file_asks_what_is_still_open_one_by_one(cast: Cast) -> None:
    made = make.decided(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    assert everybody(cast, after(2)) == {
        "Ilse": ["Datalek D-2026-0001: meld het bij de AP, zoals is besloten. U hebt nog 70 uur."]
    }
    late = "Datalek D-2026-0001 is nog niet gemeld of besloten. De 72 uur zijn voorbij."
    assert everybody(cast, after(73))["Bram"] == [late]
    changed(made, notified_at=after(3))
    assert everybody(cast, after(80)) == {
        "Ilse": ["Datalek D-2026-0001: vertel het de mensen, zoals is besloten."]
    }
    changed(made, told_at=after(4))
    Notification.objects.create(
        breach=made,
        number=1,
        kind="preliminary",
        sent_at=after(3),
        content={},
        sha256="0" * 64,
        recorded_at=after(3),
    )
    assert everybody(cast) == {
        "Ilse": ["Datalek D-2026-0001: de melding bij de AP was voorlopig. Vul haar aan."]
    }
    Notification.objects.create(
        breach=made,
        number=2,
        kind="follow_up",
        sent_at=after(5),
        content={},
        sha256="0" * 64,
        recorded_at=after(5),
    )
    assert everybody(cast) == {
        "Ilse": ["Datalek D-2026-0001: schrijf de lessen op en sluit het af."]
    }
    assert items(cast.ibp)[0].tone == "calm"


def test_a_public_notice_waits_to_be_placed(cast: Cast) -> None:
    made = make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    made = make.decided_not(made, at=NOW, by=cast.ibp)
    changed(made, tell_ground="c", public_notice="Bericht.")
    assert everybody(cast) == {"Ilse": ["Datalek D-2026-0001: plaats het openbare bericht."]}


def test_letters_wait_for_the_post_and_failed_mail_is_told(cast: Cast) -> None:
    made = make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    made = make.decided_not(made, at=NOW, by=cast.ibp)
    post = "Datalek D-2026-0001: er liggen brieven voor de post."
    person = told(made, NOW)
    assert post in everybody(cast)["Ilse"]
    person.posted_on = NOW.date()
    person.save()
    assert post not in everybody(cast)["Ilse"]
    mail = OutboundLetter.objects.latest("pk")
    mail.state = OutboundLetter.State.FAILED
    mail.save()
    told(made, NOW, way="email", email="mila@thuis.example", mail=mail)
    failed = "Datalek D-2026-0001: een brief kwam niet aan. Stuur hem per post."
    assert everybody(cast)["Ilse"].count(failed) == 1
    assert [name for name, found in everybody(cast).items() if failed in found] == ["Ilse"]


def test_a_measure_waits_for_its_owner_who_cannot_read_the_file(cast: Cast) -> None:
    made = make.breach(cast.linde, at=NOW)
    make_confidential(breach=made, reason="x", by=cast.ibp, at=NOW)
    task = Task(kind="prevent", text="Geheim.", due_on=date(2026, 3, 20), owner=cast.teacher)
    measure = add_measure(breach=made, task=task, by=cast.ibp, at=NOW)
    words = "U zou een maatregel nemen na een datalek."
    assert everybody(cast)["Tess"] == [words]
    item = items(cast.teacher)[0]
    assert (item.url, item.tone, item.due) == (
        f"/maatregel/{measure.pk}/",
        "calm",
        date(2026, 3, 20),
    )
    assert items(cast.teacher, after(24 * 11))[0].tone == "attention"
    late = after(24 * 19)
    assert everybody(cast, late)["Tess"] == [
        "Een maatregel na een datalek is te laat. Rond hem af."
    ]
    assert (
        "Datalek D-2026-0001: een maatregel van een ander is te laat."
        in everybody(cast, late)["Ilse"]
    )
    assert "Dirk" not in everybody(cast, late)
    measure.done_on = date(2026, 3, 21)
    measure.record(by=None, why="proef")
    assert "Tess" not in everybody(cast, late)


def test_what_must_change_is_told_until_it_is_done(cast: Cast) -> None:
    made = make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    made = make.decided_not(made, at=NOW, by=cast.ibp)
    lessons = Lessons(
        cause="internal_accident",
        root_cause="x",
        lessons="x",
        dpia_must_change=False,
        register_must_change=True,
        change_text="De bewaartermijn.",
    )
    task = Task(kind="prevent", text="x", due_on=date(2026, 4, 1), owner=cast.ibp)
    measure = add_measure(breach=made, task=task, by=cast.ibp, at=NOW)
    learn(breach=made, lessons=lessons, by=cast.ibp, at=NOW)
    words = "Datalek D-2026-0001: het register moet anders."
    assert words in everybody(cast)["Ilse"]
    close_breach(breach=made, by=cast.ibp, at=NOW)
    # Closed, but the measure is not done.
    assert words in everybody(cast)["Ilse"]
    measure.done_on = NOW.date()
    measure.record(by=None, why="proef")
    assert everybody(cast) == {}


def test_a_confidential_file_is_told_to_who_may_read_it_only(cast: Cast) -> None:
    made = make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=NOW)
    make_confidential(breach=made, reason="x", by=cast.ibp, at=NOW)
    assert set(everybody(cast)) == {"Fenna", "Ilse"}
    name_person(breach=made, user=cast.care, by=cast.ibp, at=NOW)
    assert everybody(cast)["Carla"] == ["U mag datalek D-2026-0001 bekijken."]


def test_that_nobody_is_on_duty_is_told_to_who_can_change_it(cast: Cast) -> None:
    assert everybody(cast) == {}
    Appointment.objects.filter(user=cast.ibp).delete()
    words = "Niemand behandelt nu datalekken. Zorg dat iemand IBP-manager is."
    assert everybody(cast) == {"Fenna": [words], "Bram": [words], "Tom": [words]}
    assert items(cast.board_member)[0].url == "/datalekken/dienst/"
    assert items(cast.administrator)[0].url == "/beheer/organisation/user/"


@pytest.mark.parametrize("number", [1, 3])
def test_it_is_one_query_with_the_other_apps_for_every_role(
    cast: Cast, django_assert_num_queries: Any, number: int
) -> None:
    for _each in range(number):
        make.breach(cast.linde, at=NOW)
        made = make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
        told(made, NOW)
        make_requests.subject_request(cast.linde, at=NOW)
    for user in cast.everybody():
        assert user.standing.on is not None
        with django_assert_num_queries(1):
            items_of([request_worklist, worklist], user, after(100))


def test_no_two_apps_use_the_same_word() -> None:
    assert set(request_worklist.WORDS) & set(worklist.WORDS) == set()


def test_home_shows_it_and_leads_there(cast: Cast, as_user: AsUser) -> None:
    make.breach(cast.linde, at=NOW)
    page = as_user(cast.ibp).get("/").content.decode()
    assert "Nieuwe melding van een datalek: D-2026-0001." in page
    assert "D-2026-0001" not in as_user(cast.eik_director).get("/").content.decode()
