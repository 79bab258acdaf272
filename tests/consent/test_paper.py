"""Answers on paper: a whole class at once; and what staff heard at the desk or by telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.actions.class_papers import Filled, record_papers
from consent.actions.rounds import invite_all
from consent.actions.writing import write_invitations
from consent.choices import Means, Outcome, Way
from consent.models import Answer, CleanUp, Dispute, Invitation, Question, Round
from consent.models.class_sheet import Voter, pupils_in, questions_at, voters_of
from consent.models.holding import rulings_on
from consent.models.response import claim_reminders, class_figures
from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import Group, User
from privacyboard.organisation.rules import school_year_of
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import consent as make
from tests.factories import people
from tests.factories.consent import say

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
PAPER_DAY = date(2026, 3, 2)


def this_year(families: Families) -> Group:
    """The group of now: pages show today."""
    today = timezone.localdate()
    group = people.group(families.group.school, "8b", year=school_year_of(today))
    for pupil in (families.noor, families.mila):
        people.place(pupil, group)
    return group


def page_of(group: Group) -> str:
    return f"/toestemmingen/papier/{group.pk}/"


def field(pupil: Any, guardian: Any, question: Question) -> str:
    return f"a-{pupil.pk}-{guardian.pk if guardian else 'p'}-{question.pk}"


def papers(families: Families, *rows: tuple[Any, Any, dict[Question, bool]]) -> list[Filled]:
    return [
        Filled(
            voter=Voter(pupil, guardian, {}),
            answers={question.pk: yes for question, yes in answers.items()},
        )
        for pupil, guardian, answers in rows
    ]


def record(families: Families, at: datetime, *rows: Any, **values: Any) -> list[Answer]:
    questions = [families.website, families.class_photo]
    values = {"said_on": PAPER_DAY, "by": None, **values}
    return record_papers(filled=papers(families, *rows), questions=questions, at=at, **values)


def test_a_class_is_entered_in_one_go(families: Families, cast: Cast, as_user: AsUser) -> None:
    group = this_year(families)
    client = as_user(cast.director)
    page = client.get(page_of(group)).content.decode()
    # Two parents of Noor, and Mila herself: she is sixteen. Daan is in another class.
    assert page.count("<select") == 3 * 2
    assert field(families.mila, None, families.website) in page
    assert field(families.mila, families.mila_mother, families.website) not in page

    answer = client.post(
        page_of(group),
        {
            "said_on": str(timezone.localdate() - timedelta(days=3)),
            field(families.noor, families.mother, families.website): "ja",
            field(families.noor, families.father, families.website): "nee",
            field(families.mila, None, families.class_photo): "ja",
        },
        follow=True,
    )

    assert "3 antwoorden zijn vastgelegd." in answer.content.decode()
    rows = Answer.objects.order_by("id").select_related("guardian")
    assert {(each.guardian, each.kind, each.way, each.entered_by) for each in rows} == {
        (families.mother, "given", "paper", cast.director),
        (families.father, "refused", "paper", cast.director),
        (None, "given", "paper", cast.director),
    }
    said = timezone.localtime(rows[0].at)
    assert (said.date(), said.hour) == (timezone.localdate() - timedelta(days=3), 12)
    assert Dispute.objects.get().pupil == families.noor
    assert "was nee" in client.get(page_of(group)).content.decode()


def test_posted_twice_is_entered_once(families: Families, cast: Cast, as_user: AsUser) -> None:
    group = this_year(families)
    given = {
        "said_on": str(timezone.localdate()),
        field(families.noor, families.mother, families.website): "ja",
    }
    client = as_user(cast.director)
    client.post(page_of(group), given)

    answer = client.post(page_of(group), given, follow=True)

    assert "1 stond er al zo." in answer.content.decode()
    assert Answer.objects.count() == 1


def test_what_is_wrong_stands_at_its_row_and_all_that_was_typed_stays(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    group = this_year(families)
    good = field(families.noor, families.mother, families.website)
    bad = field(families.noor, families.father, families.website)
    client = as_user(cast.director)

    answer = client.post(page_of(group), {"said_on": "31-02-2026", good: "ja", bad: "misschien"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Dit is geen dag die bestaat." in page
    assert "Kies ja of nee bij: website van de school." in page
    assert page.count('value="ja" selected') == 1
    future = str(timezone.localdate() + timedelta(days=1))
    answer = client.post(page_of(group), {"said_on": future, good: "ja"})
    assert "Deze dag is nog niet geweest." in answer.content.decode()
    answer = client.post(page_of(group), {"said_on": str(timezone.localdate())})
    assert "Er is niets ingevuld." in answer.content.decode()
    assert not Answer.objects.exists()


def test_one_who_had_no_say_that_day_holds_up_all(families: Families, now: datetime) -> None:
    say(families.mother, families.noor, families.website, False, at=now - timedelta(days=9))

    with pytest.raises(ActRefused) as refusal:
        record(
            families,
            now,
            (families.noor, families.mother, {families.website: True}),
            (families.mila, families.mila_mother, {families.website: True}),
        )

    assert refusal.value.errors == {
        f"{families.mila.pk}-{families.mila_mother.pk}": (
            "Mila is 16 jaar of ouder en beslist nu zelf."
        )
    }
    assert Answer.objects.count() == 1


def test_a_paper_rests_on_the_text_of_its_day(families: Families, now: datetime) -> None:
    make.text(families.website, at=now + timedelta(days=2), asks_again=True)
    late = now + timedelta(days=4)

    record(families, late, (families.noor, families.mother, {families.website: True}))

    assert Answer.objects.get().text_number == 1
    found = rulings_on([families.noor], [families.website], on=date(2026, 3, 6))
    assert found[families.noor.pk][families.website.pk].outcome == Outcome.CHANGED
    with pytest.raises(ActRefused, match="Deze vraag was er toen nog niet: website van de school"):
        record(
            families,
            late,
            (families.noor, families.mother, {families.website: True}),
            said_on=date(2026, 2, 1),
        )


def test_a_paper_from_before_what_was_said_since_changes_nothing(
    families: Families, now: datetime
) -> None:
    later = now + timedelta(days=3)
    say(families.mother, families.noor, families.website, True, at=later)

    record(families, later, (families.noor, families.mother, {families.website: False}))

    assert [each.kind for each in Answer.objects.order_by("at")] == ["refused", "given"]
    found = rulings_on([families.noor], [families.website], on=date(2026, 3, 6))
    assert found[families.noor.pk][families.website.pk].is_yes
    assert not CleanUp.objects.exists()
    assert not Dispute.objects.exists()
    record(families, later, (families.noor, families.mother, {families.website: False}))
    assert Answer.objects.count() == 2


def test_a_mistake_is_put_right_with_the_same_date(families: Families, now: datetime) -> None:
    later = now + timedelta(days=3)
    record(families, later, (families.noor, families.mother, {families.website: False}))
    record(families, later, (families.noor, families.mother, {families.website: True}))

    found = rulings_on([families.noor], [families.website], on=date(2026, 3, 6))
    assert found[families.noor.pk][families.website.pk].is_yes


def test_a_paper_in_a_round_counts_for_it_and_holds_as_long(
    families: Families, cast: Cast, now: datetime
) -> None:
    asked = make.round_of(families.website, school=cast.linde)
    row = (families.noor, families.mother, {families.website: True, families.class_photo: True})
    # Handed in on the last day, and entered when the round had closed.
    Round.objects.filter(pk=asked.pk).update(state="closed")
    late = now + timedelta(days=60)

    made = record(families, late, row, said_on=date(2026, 3, 31))

    found = {each.question: (each.round, each.valid_until) for each in made}
    assert found == {
        families.website: (asked, date(2027, 3, 31)),
        families.class_photo: (None, date(2026, 10, 31)),
    }
    # After its last day, at another school, or broken off, it is no answer to the round.
    after = record(families, late, row, said_on=date(2026, 4, 1))
    assert [each.round for each in after] == [None, None]
    saar = (families.saar, families.saar_mother, {families.website: True})
    [other] = record(families, late, saar, said_on=date(2026, 3, 30))
    Round.objects.filter(pk=asked.pk).update(state="cancelled")
    daan = (families.daan, families.mother, {families.website: True})
    [broken] = record(families, late, daan, said_on=date(2026, 3, 30))
    assert (other.round, broken.round) == (None, None)


def test_who_answered_on_paper_is_not_reminded(
    families: Families, cast: Cast, now: datetime
) -> None:
    asked = make.round_of(families.website, school=cast.linde)
    invite_all(asked=asked, by=None, at=now)
    write_invitations(by=None, at=now)
    rows = [
        (child, families.mother, {families.website: True})
        for child in (families.noor, families.daan)
    ]
    record(families, now + timedelta(days=1), *rows)

    reminded = claim_reminders(
        asked, stage=7, asked_before=date(2026, 3, 24), most=10, at=now + timedelta(days=22)
    )

    people_reminded = Invitation.objects.filter(pk__in=reminded)
    assert {str(each.guardian or each.pupil) for each in people_reminded} == {
        "Bram Visser",
        "Mila Bakker",
    }
    [seven] = class_figures(asked, [cast.linde.pk], on=date(2026, 3, 3))
    assert (seven.asked, seven.answered) == (3, 2)


def test_a_paper_of_today_does_not_write_over_who_answered_by_link_this_moment(
    families: Families, now: datetime
) -> None:
    """Who waited for the lock has an earlier moment than who went before."""
    say(families.mother, families.noor, families.website, True, at=now + timedelta(seconds=2))
    record(families, now, (families.noor, families.mother, {families.website: False}))

    today = [families.noor], [families.website]
    held = rulings_on(*today, on=date(2026, 3, 2))[families.noor.pk][families.website.pk]
    assert held.is_yes
    assert not CleanUp.objects.exists()


def test_two_parents_on_one_sheet_who_differ_make_one_task(
    families: Families, now: datetime
) -> None:
    made = record(
        families,
        now,
        (families.noor, families.mother, {families.website: False}),
        (families.noor, families.father, {families.website: True}),
        (families.daan, families.mother, {families.website: True}),
        (families.daan, families.father, {families.website: True}),
    )

    assert len(made) == 4
    assert [each.pupil for each in Dispute.objects.filter(settled_at=None)] == [families.noor]
    record(
        families,
        now + timedelta(hours=1),
        (families.noor, families.mother, {families.website: True}),
    )
    assert not Dispute.objects.filter(settled_at=None).exists()


def cost_of_class(families: Families, pupils: int, at: datetime) -> tuple[int, int]:
    """The queries of entering a class of which everybody answers everything; and its answers."""
    group = people.group(families.group.school, f"klas van {pupils}")
    for number in range(pupils):
        child = people.pupil(families.group.school, f"Kind {number}", of=group)
        for parent in ("Ouder A", "Ouder B"):
            people.guardian(child, first_name=parent, email=f"p{number}@gezin.example")
    questions = questions_at(group)
    voters = voters_of(pupils_in(group, on=PAPER_DAY), at=at)
    filled = [Filled(voter=each, answers={q.pk: True for q in questions}) for each in voters]
    with CaptureQueriesContext(connection) as seen:
        made = record_papers(filled=filled, questions=questions, said_on=PAPER_DAY, by=None, at=at)
    return len(seen), len(made)


def test_a_large_class_costs_as_many_queries_as_a_small_one(
    families: Families, now: datetime
) -> None:
    for means in (Means.PRESS, Means.NEWSLETTER, Means.SCHOOL_GUIDE):
        make.question(means, at=now)

    # Two waves (the first and the second parent), each with its votes, tasks and one insert.
    assert cost_of_class(families, 2, now) == (17, 2 * 2 * 5)
    assert cost_of_class(families, 12, now) == (17, 12 * 2 * 5)


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_pages_cost_the_same_for_a_larger_class(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    group = this_year(families)
    client = as_user(cast.director)
    before = (cost(client, page_of(group)), cost(client, "/toestemmingen/papier/"))
    for number in range(3):
        child = people.pupil(cast.linde, f"Kind {number}", of=group)
        people.guardian(child, first_name=f"Ouder {number}")
        people.group(cast.linde, f"9{number}", year=group.school_year)

    after = (cost(client, page_of(group)), cost(client, "/toestemmingen/papier/"))
    assert (before, after) == ((9, 5), (9, 5))


def test_strangers_find_no_class(families: Families, cast: Cast, as_user: AsUser) -> None:
    group = this_year(families)
    paths = [page_of(group), f"/toestemmingen/leerling/{families.noor.pk}/antwoord/"]
    for user in (
        cast.eik_director,
        cast.teacher,
        cast.care,
        cast.fg,
        cast.auditor,
        cast.administrator,
        cast.board_member,
    ):
        for path in paths:
            assert as_user(user).get(path).status_code == 404, (user.email, path)
            assert as_user(user).post(path).status_code == 404, (user.email, path)
    for path in paths:
        assert as_user(cast.ibp).get(path).status_code == 200
    page = as_user(cast.eik_director).get("/toestemmingen/papier/").content.decode()
    assert "Groep 8b" not in page


def test_what_a_parent_said_by_telephone(families: Families, cast: Cast, as_user: AsUser) -> None:
    path = f"/toestemmingen/leerling/{families.noor.pk}/antwoord/"
    client = as_user(cast.director)
    assert "website van de school: Mag dit? Uitleg." in client.get(path).content.decode()

    answer = client.post(path, {"said_on": str(timezone.localdate())})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kies wie antwoordt." in page
    assert "Kies hoe het antwoord kwam." in page
    given = {
        "who": f"{families.noor.pk}-{families.father.pk}",
        "way": "telephone",
        "said_on": str(timezone.localdate()),
    }
    answer = client.post(path, given)
    assert "Kies bij minstens één vraag ja of nee." in answer.content.decode()

    answer = client.post(path, {**given, f"q{families.website.pk}": "nee"})

    assert answer["Location"] == f"/toestemmingen/leerling/{families.noor.pk}/"
    kept = Answer.objects.get()
    assert (kept.guardian, kept.kind, kept.way, kept.entered_by) == (
        families.father,
        "refused",
        Way.TELEPHONE,
        cast.director,
    )
    # Nobody else can be chosen: not a parent of another family.
    other = {**given, "who": f"{families.noor.pk}-{families.saar_mother.pk}"}
    assert client.post(path, {**other, f"q{families.website.pk}": "ja"}).status_code == 422


def test_an_older_day_at_the_desk_asks_who_had_a_say_then(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    path = f"/toestemmingen/leerling/{families.mila.pk}/antwoord/"
    answer = as_user(cast.director).post(
        path,
        {
            "who": f"{families.mila.pk}-p",
            "way": "desk",
            "said_on": "2026-01-14",
            f"q{families.website.pk}": "ja",
        },
    )

    assert answer.status_code == 422
    assert "Onder de 16 jaar beslissen de ouders of verzorgers." in answer.content.decode()


@pytest.mark.requirement("KPO-044")
def test_a_parent_or_a_pupil_of_sixteen_withdraws_on_any_day(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(None, families.mila, families.website, True, at=now)
    client = as_user(cast.director)
    today = str(timezone.localdate())
    for pupil, voter in (
        (families.noor, f"{families.noor.pk}-{families.mother.pk}"),
        (families.mila, f"{families.mila.pk}-p"),
    ):
        given = {"who": voter, "way": "telephone", "said_on": today}
        client.post(
            f"/toestemmingen/leerling/{pupil.pk}/antwoord/",
            {**given, f"q{families.website.pk}": "nee"},
        )

    kinds = Answer.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["given", "given", "withdrawn", "withdrawn"]
    assert CleanUp.objects.filter(done_on=None, why="withdrawn").count() == 2
