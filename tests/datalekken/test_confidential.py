"""A confidential breach does not exist for the director whom it concerns: page by page.

The director walks every address of the house before and after the breach is there (`tests.walk`).
Whatever differs (a word, a number, a count, one row more) would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from datalekken.actions import closing, deciding, guarding, investigating, notifying
from datalekken.actions.closing import Lessons, Task
from datalekken.actions.reminding import remind_of_breaches
from datalekken.actions.telling_letters import make_told_letters
from datalekken.models import Breach, Measure
from datalekken.views.act_table import PAGES
from datalekken.views.cases import SHOWN
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.documents.models import StoredDocument
from privacyboard.frontdesk.desk import worklist
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from registers.models import ProcessingActivity
from tests.conftest import Cast
from tests.documents import files
from tests.factories import breaches as make
from tests.factories import registers as make_registers
from tests.factories import tellings
from tests.walk import calendar_of, walk

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
# A word that stands nowhere else; in every field of the file that a person fills in.
MARK = "Zwaluwnest"
YEAR = f"{timezone.localdate().year}"
ORDINARY = f"D-{YEAR}-0001"
QUERIES = (
    *(f"?toon={each}" for each in SHOWN),
    *(f"?toon=all&zoek={each}" for each in (MARK, "zwaluw", f"D-{YEAR}", "0003", "stick")),
    *("?termijn=overdue", "?termijn=late", "?termijn=in_time", "?verteld=told", "?wat=breach"),
    *("?school=de-linde", "?school=bestuur", "?soort=device_lost", "?intern=met"),
    *("?verwerker=missed", "?page=1", "?page=2", "?page=last", "?van=2020-01-01", "?o=1"),
)


@pytest.fixture
def clock() -> datetime:
    """The pages read the real clock."""
    return timezone.now().replace(second=0, microsecond=0)


def _task(at: datetime, owner: User, text: str) -> Task:
    due_on = timezone.localdate(at) + timedelta(days=3)
    return Task(kind="prevent", text=text, due_on=due_on, owner=owner)


def ordinary(cast: Cast, at: datetime) -> Measure:
    """What the director may see: a breach that is decided, with a measure and a letter."""
    made = make.breach(cast.linde, at=at, title="Stick")
    assert made.number == ORDINARY
    make.certain(made, at=at, by=cast.ibp)
    make.decided_not(made, at=at, by=cast.ibp)
    measure = closing.add_measure(
        breach=made, task=_task(at, cast.director, "Sticks kopen"), by=cast.ibp, at=at
    )
    tellings.telling(made, [tellings.candidate("Mila Moeder")], at=at, by=cast.ibp, sent=True)
    make.breach(cast.eik, at=at)
    make_told_letters(at=at)
    return measure


def opened(cast: Cast, at: datetime, **values: Any) -> Breach:
    """A file with everything in it, about which the director knows."""
    by, day = cast.ibp, timezone.localdate(at)
    before = at - timedelta(days=5)
    made = make.breach(
        cast.linde,
        at=before,
        title=f"{MARK} kwijt",
        reporter=cast.teacher,
        reporter_name=MARK,
        reporter_email="zwaluwnest@thuis.example",
        what_happened=f"{MARK}: de directeur keek in dossiers.",
        whose_data=MARK,
        which_data=MARK,
        files=[ContentFile(files.image("PNG"), name=f"{MARK}.png")],
        **values,
    )
    make.certain(made, at=before, by=by)
    supplier = make_registers.processor()
    investigating.link_supplier(
        breach=made, processor=supplier, agreement=None, product=None, by=by, at=at
    )
    deciding.assess_breach(breach=made, facts=make.facts(), explanation=MARK, by=by, at=at)
    deciding.advise(
        breach=made,
        advice=f"{MARK}: doe het.",
        advises_notifying=True,
        advises_telling=True,
        by=cast.fg,
        at=at,
    )
    for owner in (cast.director, cast.teacher):
        closing.add_measure(breach=made, task=_task(at, owner, f"{MARK}: praat."), by=by, at=at)
    done = _task(at, cast.director, f"{MARK}: gepraat.")
    done = Task(**{**vars(done), "done_on": day, "kind": "at_once"})
    closing.add_measure(breach=made, task=done, by=by, at=at)
    deciding.decide(breach=made, decision=make.decision(notify_reasons=MARK), by=by, at=at)
    lessons = Lessons(
        cause="internal_intent",
        root_cause=MARK,
        lessons=MARK,
        dpia_must_change=True,
        register_must_change=True,
        change_text=MARK,
    )
    activities = list(ProcessingActivity.objects.all())
    closing.learn(breach=made, lessons=lessons, activities=activities, by=by, at=at)
    return made


def secret(cast: Cast, at: datetime) -> Breach:
    """The same, closed to the director, who then hears of it no more; late, notified and told."""
    made = opened(cast, at)
    remind_of_breaches(by=None, at=at)
    guarding.make_confidential(breach=made, reason=f"{MARK}: directeur", by=cast.ibp, at=at)
    made.refresh_from_db()
    sent = notifying.Delivery(kind="preliminary", sent_at=at, ap_number=MARK, delay_reason=MARK)
    notifying.record_notification(breach=made, delivery=sent, by=cast.ibp, at=at)
    people = [tellings.candidate(f"Mila {MARK}"), tellings.on_paper(f"Vera {MARK}")]
    tellings.telling(made, people, at=at, by=cast.ibp, sent=True, title=MARK)
    make_told_letters(at=at)
    notifying.make_waiting_dossiers(at=at)
    made.refresh_from_db()
    return made


def test_every_page_and_every_file_says_the_same_with_and_without_the_breach(
    cast: Cast, as_user: AsUser, clock: datetime
) -> None:
    measure = ordinary(cast, clock)
    activity = make_registers.established("V02", at=clock, name="Leerlingdossier")
    make_registers.processor()
    client = as_user(cast.director)
    walked: dict[str, Any] = {
        "own": [ORDINARY],
        "pks": [str(cast.linde.pk), str(activity.pk), str(measure.pk)],
        "feed": calendar_of(client),
        "lists": ("datalekken/", "datalekken/register/"),
        "queries": QUERIES,
    }
    before = walk(client, **walked)
    assert before[f"datalekken/{ORDINARY}/"][0] == 200
    assert "Sticks kopen" in before[f"maatregel/{measure.pk}/"][1]
    secret(cast, clock)
    after = walk(client, **walked)
    assert len(before) > 200
    assert [path for path in before if before[path] != after[path]] == []
    told = {path for path in after if MARK.lower() in str(after[path]).lower()}
    # Only the word that was typed into a search box stands there again.
    assert {path for path in told if "zoek=" not in path} == set()


def addresses_of(breach: Breach) -> Iterator[str]:
    """Every address that a breach has, each of its rows, documents and acts included."""
    one = f"/datalekken/{breach.number}/"
    yield from (
        f"{one}{part}" for part in ("", "verloop/", "dossier/", "dossier.pdf", "dossier.json")
    )
    for act, page in PAGES.items():
        if page.target is None:
            yield f"{one}{act}/"
        else:
            yield from (f"{one}{act}/{row.pk}/" for row in page.target(breach))
    yield from (f"{one}melding/{each.number}/" for each in breach.notifications.all())
    for each in breach.tellings.all():
        yield from (f"{one}{part}/{each.pk}/" for part in ("ontvangers", "ontvangers-lijst"))
        yield f"{one}bericht/{each.pk}/voorbeeld/"
    yield from (f"/maatregel/{each.pk}/" for each in breach.measures.all())
    told = breach.told_people.values_list("document", "bundle")
    kept = {key for pair in told for key in pair if key}
    kept |= {each.document_id for each in breach.files.all()}
    kept |= {each.document.pk for each in breach.notifications.all() if each.document}
    yield from (f"/document/{pk}/" for pk in sorted(kept, key=str))


def history_rows() -> int:
    """How much was ever written about breaches."""
    models: Any = apps.get_app_config("datalekken").get_models()
    return sum(model._default_manager.count() for model in models)


def test_no_address_of_it_exists_and_no_act_on_it(
    cast: Cast, as_user: AsUser, clock: datetime
) -> None:
    made = secret(cast, clock)
    asked = list(addresses_of(made))
    assert len(asked) > 40
    before = history_rows()
    teachers = {f"/maatregel/{each.pk}/" for each in made.measures.filter(owner=cast.teacher)}
    assert len(teachers) == 1
    for user in (cast.director, cast.eik_director, cast.board_member, cast.care, cast.auditor):
        client = as_user(user)
        for path in asked:
            for answer in (client.get(path), client.post(path, {"reason": "x", "seen": "1"})):
                assert answer.status_code in {404, 405}, (user.first_name, path)
    assert history_rows() == before


def test_who_is_shut_out_has_no_measure_of_it_and_who_never_read_it_goes_on(
    cast: Cast, as_user: AsUser, clock: datetime
) -> None:
    made = opened(cast, clock)
    mine = Measure.objects.filter(owner=cast.director)
    assert as_user(cast.director).get(f"/maatregel/{mine[0].pk}/").status_code == 200
    guarding.make_confidential(breach=made, reason=MARK, by=cast.fg, at=clock)
    owners = {(each.owner, each.done_on is None) for each in made.measures.all()}
    # What is done was done by whoever did it; what is open is of the handler now.
    assert owners == {(cast.ibp, True), (cast.teacher, True), (cast.director, False)}
    given = made.measures.get(owner=cast.ibp)
    assert given.history.first().history_change_reason == (
        "deze persoon mag het datalek niet meer openen"
    )
    done = made.measures.get(owner=cast.director)
    assert as_user(cast.director).get(f"/maatregel/{done.pk}/").status_code == 404
    items = [item.sentence for item in worklist(cast.director, clock)]
    assert [each for each in items if "maatregel" in each] == []
    with pytest.raises(ActRefused) as caught:
        closing.add_measure(
            breach=made, task=_task(clock, cast.director, "Praat."), by=cast.ibp, at=clock
        )
    assert caught.value.errors == {
        "owner": "Deze persoon mag dit vertrouwelijke datalek niet zien. Kies een ander, of geef "
        "eerst toegang."
    }


def test_nothing_about_it_is_mailed_to_the_director_any_more(cast: Cast, clock: datetime) -> None:
    secret(cast, clock)
    queued = OutboundLetter.objects.filter(state=OutboundLetter.State.QUEUED)
    assert not queued.filter(to=cast.director.email).exists()
    asked = OutboundLetter.objects.filter(
        letter="datalekken/measure_asked", to=cast.director.email
    ).get()
    assert (asked.state, asked.last_error) == (
        "failed",
        "Niet verstuurd: deze persoon mag het datalek niet meer openen.",
    )
    # The teacher's measure, the reporter's number, and the letter to whom it concerns go on.
    going_on = set(queued.values_list("letter", flat=True))
    assert {"datalekken/measure_asked", "datalekken/receipt", "datalekken/told"} <= going_on


def test_the_board_is_reminded_of_it_no_more(cast: Cast, clock: datetime) -> None:
    made = opened(cast, clock)
    remind_of_breaches(by=None, at=clock)
    letters = OutboundLetter.objects.filter(letter="datalekken/reminder")
    late = letters.get(to=cast.board_member.email)
    assert late.state == "queued"
    guarding.make_confidential(breach=made, reason=MARK, by=cast.ibp, at=clock)
    late.refresh_from_db()
    assert late.state == "failed"
    assert letters.get(to=cast.ibp.email).state == "queued"
    remind_of_breaches(by=None, at=clock + timedelta(hours=1))
    assert letters.filter(to=cast.board_member.email).count() == 1


def test_no_row_that_is_kept_says_the_school(cast: Cast, as_user: AsUser, clock: datetime) -> None:
    made = secret(cast, clock)
    assert StoredDocument.objects.count() >= 3
    assert set(StoredDocument.objects.values_list("school", flat=True)) == {None}
    assert set(OutboundLetter.objects.values_list("school", flat=True)) == {None}
    client = as_user(cast.fg)
    for part in ("", "dossier/", "dossier.json", "melding/1/"):
        assert client.get(f"/datalekken/{made.number}/{part}").status_code == 200
    assert set(AccessEntry.objects.values_list("school", flat=True)) == {None}


def test_who_is_named_sees_it_and_from_the_moment_of_unnaming_nothing(
    cast: Cast, as_user: AsUser, clock: datetime
) -> None:
    made = secret(cast, clock)
    page, client = f"/datalekken/{made.number}/", as_user(cast.director)
    assert made.number not in client.get("/datalekken/?toon=all").content.decode()
    guarding.name_person(breach=made, user=cast.director, by=cast.fg, at=clock)
    assert MARK in client.get(page).content.decode()
    assert made.number in client.get("/datalekken/?toon=all").content.decode()
    assert client.get("/datalekken/register/").context["figures"].total == 1
    task = _task(clock, cast.director, f"{MARK}: mag weer.")
    measure = closing.add_measure(breach=made, task=task, by=cast.ibp, at=clock)
    assert client.get(f"/maatregel/{measure.pk}/").status_code == 200
    guarding.unname_person(breach=made, user=cast.director, by=cast.fg, at=clock)
    measure.refresh_from_db()
    assert measure.owner == cast.ibp
    for path in addresses_of(made):
        assert client.get(path).status_code in {404, 405}, path
    assert client.get("/datalekken/register/").context["figures"].total == 0
    assert made.number not in client.get("/").content.decode()
    asked = OutboundLetter.objects.get(key=f"datalekken/measure_asked:{measure.pk}")
    assert asked.state == "failed"


def test_a_named_teacher_reads_it_and_changes_nothing(
    cast: Cast, as_user: AsUser, clock: datetime
) -> None:
    made = secret(cast, clock)
    guarding.name_person(breach=made, user=cast.care, by=cast.ibp, at=clock)
    client, before = as_user(cast.care), history_rows()
    assert client.get(f"/datalekken/{made.number}/").status_code == 200
    for act, page in PAGES.items():
        for row in page.target(made) if page.target else (None,):
            end = f"{row.pk}/" if row else ""
            path = f"/datalekken/{made.number}/{act}/{end}"
            assert client.post(path, {"reason": "x"}).status_code == 404, path
    for part in ("dossier/", "dossier.json", "dossier.pdf", "melding/1/"):
        assert client.get(f"/datalekken/{made.number}/{part}").status_code == 404
    assert history_rows() == before
