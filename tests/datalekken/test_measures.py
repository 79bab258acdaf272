"""Measures have somebody and a day, lessons reach the register, a file ends when all is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datalekken.actions.closing import Task, add_measure, close_breach, learn
from datalekken.actions.deciding import decide
from datalekken.actions.guarding import make_confidential
from datalekken.choices import BreachState, Cause, MeasureKind
from datalekken.models import Breach, Measure
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.datalekken.test_closing import LEARNED
from tests.factories import breaches as make
from tests.factories import registers as register

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def in_progress(cast: Cast) -> Breach:
    at = timezone.now() - timedelta(hours=2)
    return make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)


def a_measure(made: Breach, owner: User, by: User, **values: Any) -> Measure:
    at = timezone.now()
    due_on = timezone.localdate(at) + timedelta(days=14)
    task = Task(
        **{
            "kind": MeasureKind.PREVENT,
            "text": "Koop versleutelde sticks",
            "due_on": due_on,
            "owner": owner,
            **values,
        }
    )
    return add_measure(breach=made, task=task, by=by, at=at)


def path(breach: Breach, act: str, pk: int | None = None) -> str:
    return f"/datalekken/{breach.number}/{act}/" + (f"{pk}/" if pk else "")


def page_of(client: Client, breach: Breach) -> str:
    return " ".join(client.get(f"/datalekken/{breach.number}/").content.decode().split())


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(each) for name, each in answer.context["form"].errors.items()}


def day(**away: int) -> str:
    return (timezone.localdate() + timedelta(**away)).isoformat()


# --- on the page of the breach --------------------------------------------------------------------


def test_a_measure_is_written_down_and_followed_until_it_is_done(
    cast: Cast, as_user: AsUser
) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    given = {
        "kind": "prevent",
        "text": "Versleutelde sticks kopen",
        "owner": cast.director.pk,
        "due_on": day(days=7),
    }
    answer = manager.post(path(made, "maatregel"), given)
    assert answer["Location"] == f"/datalekken/{made.number}/#maatregelen"
    measure = Measure.objects.get()
    page = page_of(manager, made)
    assert "Versleutelde sticks kopen" in page
    assert "Dirk Linde" in page
    # The director supplements at the own school, and so may finish it there too.
    director = as_user(cast.director)
    done = path(made, "maatregel-klaar", measure.pk)
    refused = director.post(done, {"done_on": day(days=1), "result": "Gekocht."})
    assert errors(refused) == {"done_on": ["Deze dag is nog niet geweest."]}
    director.post(done, {"done_on": day(), "result": "Gekocht en uitgedeeld."})
    measure.refresh_from_db()
    assert (measure.done_on, measure.result) == (timezone.localdate(), "Gekocht en uitgedeeld.")
    assert "Gekocht en uitgedeeld." in page_of(director, made)


def test_what_was_done_at_once_can_be_older_than_the_report(cast: Cast, as_user: AsUser) -> None:
    at = timezone.now()
    made = make.certain(
        make.breach(cast.linde, at=at), at=at, by=cast.ibp, first_signal_at=at - timedelta(days=3)
    )
    manager = as_user(cast.ibp)
    given = {
        "kind": "at_once",
        "text": "Het wachtwoord vervangen",
        "owner_name": "De helpdesk",
        "due_on": day(days=-2),
        "done_on": day(days=-2),
    }
    too_early = manager.post(path(made, "maatregel"), {**given, "done_on": day(days=-4)})
    assert list(errors(too_early)) == ["done_on"]
    assert manager.post(path(made, "maatregel"), given).status_code == 302
    assert Measure.objects.get().done_on == timezone.localdate() - timedelta(days=2)
    assert not Measure.objects.open().exists()


def test_a_measure_asks_what_who_and_when(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    assert errors(manager.post(path(made, "maatregel"), {})) == {
        "kind": ["Kies waarvoor de maatregel is."],
        "text": ["Schrijf op wat er moet gebeuren."],
        "due_on": ["Vul de dag in."],
    }
    given = {"kind": "prevent", "text": "Iets", "due_on": day(days=1)}
    assert errors(manager.post(path(made, "maatregel"), given)) == {
        "owner": ["Kies of schrijf op wie het doet."]
    }
    past = {**given, "owner_name": "Iemand", "due_on": day(days=-1)}
    assert errors(manager.post(path(made, "maatregel"), past)) == {
        "due_on": ["Deze dag is al geweest. Kies een dag die nog komt."]
    }
    assert not Measure.objects.exists()


def test_what_is_late_stands_on_the_page_and_in_the_queryset(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    measure = a_measure(made, cast.director, cast.ibp)
    today = timezone.localdate()
    assert not Measure.objects.overdue(today).exists()
    measure.due_on = today - timedelta(days=1)
    measure.record(by=None, why="proef")
    assert Measure.objects.overdue(today).get() == measure
    assert Measure.objects.overdue(today - timedelta(days=1)).count() == 0
    assert "te laat" in page_of(as_user(cast.ibp), made).split('id="maatregelen"')[1]


# --- the owner's own page -------------------------------------------------------------------------


def test_the_owner_without_right_reads_the_measure_and_nothing_of_the_breach(
    cast: Cast, as_user: AsUser
) -> None:
    made = in_progress(cast)
    measure = a_measure(made, cast.teacher, cast.ibp)
    teacher = as_user(cast.teacher)
    assert teacher.get(f"/datalekken/{made.number}/").status_code == 404
    page = teacher.get(f"/maatregel/{measure.pk}/").content.decode()
    assert "Koop versleutelde sticks" in page
    for secret in (made.number, made.what_happened, "Meester Bas", "De Linde"):
        assert secret not in page.split("<main")[1].split("</main>")[0], secret
    refused = teacher.post(f"/maatregel/{measure.pk}/", {"done_on": day(days=1), "result": "Ja."})
    assert errors(refused) == {"done_on": ["Deze dag is nog niet geweest."]}
    assert "Ja." in refused.content.decode()
    answer = teacher.post(f"/maatregel/{measure.pk}/", {"done_on": day(), "result": "Gekocht."})
    assert answer["Location"] == f"/maatregel/{measure.pk}/"
    measure.refresh_from_db()
    assert measure.done_on == timezone.localdate()
    assert measure.history.latest().history_user == cast.teacher
    page = teacher.get(f"/maatregel/{measure.pk}/").content.decode()
    assert "Dit is klaar sinds" in page
    assert "Gekocht." in page
    again = teacher.post(f"/maatregel/{measure.pk}/", {"done_on": day(), "result": "Nog eens."})
    assert "Deze maatregel is al klaar sinds" in again.content.decode()


def test_nobody_else_reaches_that_page(cast: Cast, as_user: AsUser, client: Client) -> None:
    measure = a_measure(in_progress(cast), cast.teacher, cast.ibp)
    assert client.get(f"/maatregel/{measure.pk}/")["Location"].startswith("/inloggen/")
    for user in cast.everybody():
        expected = 200 if user == cast.teacher else 404
        assert as_user(user).get(f"/maatregel/{measure.pk}/").status_code == expected, user
    assert as_user(cast.teacher).get("/maatregel/999999999/").status_code == 404
    of_nobody = Measure(
        breach=measure.breach, kind="prevent", text="x", owner_name="X", due_on=measure.due_on
    )
    of_nobody.record(by=None, why="proef")
    assert as_user(cast.teacher).get(f"/maatregel/{of_nobody.pk}/").status_code == 404


def test_an_owner_without_any_right_goes_on_when_the_breach_becomes_confidential(
    cast: Cast, as_user: AsUser
) -> None:
    made = in_progress(cast)
    measure = a_measure(made, cast.teacher, cast.ibp)
    make_confidential(breach=made, reason="Over een collega", by=cast.ibp, at=timezone.now())
    teacher = as_user(cast.teacher)
    assert teacher.get(f"/datalekken/{made.number}/").status_code == 404
    assert teacher.get(f"/maatregel/{measure.pk}/").status_code == 200


def test_the_owner_hears_of_it_and_the_mail_says_nothing_of_the_breach(cast: Cast) -> None:
    made = in_progress(cast)
    measure = a_measure(made, cast.teacher, cast.ibp)
    letter = OutboundLetter.objects.get(letter="datalekken/measure_asked")
    assert letter.to == cast.teacher.email
    assert letter.school is None
    assert f"/maatregel/{measure.pk}/" in letter.text
    for secret in (made.number, "sticks", "datalek ", "De Linde"):
        assert secret not in f"{letter.subject} {letter.text} {letter.html}", secret


def test_no_mail_for_ones_own_measure_nor_for_one_that_is_done(cast: Cast) -> None:
    made = in_progress(cast)
    a_measure(made, cast.ibp, cast.ibp)
    a_measure(made, cast.teacher, cast.ibp, done_on=timezone.localdate())
    assert not OutboundLetter.objects.filter(letter="datalekken/measure_asked").exists()


# --- lessons --------------------------------------------------------------------------------------


def test_the_lessons_point_at_the_register(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    activity = register.established("V02", at=timezone.now(), name="Leerlingdossier")
    manager = as_user(cast.ibp)
    given: dict[str, Any] = {
        "cause": "internal_accident",
        "root_cause": "De stick was niet versleuteld.",
        "lessons": "Geen losse sticks meer.",
        "activities": [activity.pk],
        "register_must_change": "yes",
        "dpia_must_change": "no",
        "change_text": "",
    }
    refused = manager.post(path(made, "lessen"), given)
    assert errors(refused) == {"change_text": ["Schrijf op wat er moet veranderen."]}
    manager.post(path(made, "lessen"), {**given, "change_text": "Sticks uit de maatregelen."})
    made.refresh_from_db()
    assert list(made.activities.all()) == [activity]
    assert (made.register_must_change, made.dpia_must_change) == (True, False)
    page = page_of(manager, made)
    assert "Leerlingdossier (V02)" in page
    assert "Sticks uit de maatregelen." in page
    form = manager.get(path(made, "lessen")).context["form"]
    assert form["activities"].value() == [activity.pk]
    assert form["register_must_change"].value() == "yes"
    assert form["dpia_must_change"].value() == "no"


def test_half_a_lesson_can_be_kept(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    as_user(cast.ibp).post(path(made, "lessen"), {"root_cause": "Haast."})
    made.refresh_from_db()
    assert (made.root_cause, made.cause, made.register_must_change) == ("Haast.", "", None)


def test_the_register_waits_until_the_file_is_closed_and_its_measures_are_done(cast: Cast) -> None:
    at = timezone.now()
    made = make.decided_not(in_progress(cast), at=at, by=cast.ibp)
    other = in_progress(cast)
    learn(breach=other, lessons=LEARNED, by=cast.ibp, at=at)
    must = type(LEARNED)(
        **{**vars(LEARNED), "register_must_change": True, "change_text": "Termijn korter."}
    )
    learn(breach=made, lessons=must, by=cast.ibp, at=at)
    assert Breach.objects.register_must_change().get() == made
    measure = a_measure(made, cast.ibp, cast.ibp, text="Register aanpassen")
    close_breach(breach=made, by=cast.ibp, at=at)
    assert Breach.objects.register_must_change().get() == made
    measure.done_on = timezone.localdate()
    measure.record(by=cast.ibp, why="maatregel klaar")
    assert not Breach.objects.register_must_change().exists()


# --- closing --------------------------------------------------------------------------------------


@pytest.mark.requirement("OPO-049")
def test_closing_by_the_page_says_what_is_missing_and_then_closes(
    cast: Cast, as_user: AsUser
) -> None:
    made = make.decided_not(in_progress(cast), at=timezone.now(), by=cast.ibp)
    manager = as_user(cast.ibp)
    missing = (
        "Schrijf op wat u ervan leert, ook als dat niets is.",
        "Leg vast welke maatregelen u nam of neemt.",
        "Schrijf op waardoor het kon gebeuren.",
        "Kies of het register en een DPIA moeten veranderen.",
    )
    asked = manager.get(path(made, "afsluiten")).content.decode()
    on_page = page_of(manager, made)
    for each in missing:
        assert f"<li>{each}</li>" in asked
        assert f"<li>{each}</li>" in on_page
    refused = manager.post(path(made, "afsluiten"), {})
    assert errors(refused) == {"__all__": [" ".join(missing)]}
    a_measure(made, cast.director, cast.ibp)
    learn(breach=made, lessons=LEARNED, by=cast.ibp, at=timezone.now())
    assert "Alles is er." in manager.get(path(made, "afsluiten")).content.decode()
    assert manager.post(path(made, "afsluiten"), {}).status_code == 302
    made.refresh_from_db()
    assert made.state == BreachState.CLOSED
    assert made.closed_at is not None


@pytest.mark.requirement("OPO-047")
@pytest.mark.parametrize("nature", ["near_miss", "no_breach"])
def test_what_was_no_breach_is_closed_with_its_lesson_and_stays_registered(
    nature: str, cast: Cast, as_user: AsUser
) -> None:
    at = timezone.now()
    made = make.breach(cast.linde, at=at, state=BreachState.IN_PROGRESS)
    chosen = make.decision(nature=nature, notifies=False, tells=False)
    decide(breach=made, decision=chosen, by=cast.ibp, at=at)
    manager = as_user(cast.ibp)
    manager.post(path(made, "lessen"), {"lessons": "De mail kwam terug: het adres bestond niet."})
    assert manager.post(path(made, "afsluiten"), {}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.nature) == (BreachState.CLOSED, nature)
    assert made.number in manager.get("/datalekken/?toon=all").content.decode()


def test_two_who_write_lessons_the_second_is_told(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    seen = manager.get(path(made, "lessen")).context["seen"]
    cause = type(LEARNED)(**{**vars(LEARNED), "cause": Cause.EXTERNAL_INTENT})
    learn(breach=made, lessons=cause, by=cast.ibp, at=timezone.now())
    answer = manager.post(path(made, "lessen"), {"seen": seen, "lessons": "Mijn tekst."})
    page = answer.content.decode()
    assert "Iemand anders was u voor." in page
    assert "Mijn tekst." in page
    made.refresh_from_db()
    assert made.lessons == LEARNED.lessons
