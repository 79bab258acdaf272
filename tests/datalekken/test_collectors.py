"""What breach files hold about a person, for who may see it; and what is not searched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from datalekken.actions.closing import Task, add_measure
from datalekken.actions.guarding import make_confidential
from datalekken.models import Breach, Telling, ToldPerson
from privacyboard.audit.collectors import Sought, collect
from privacyboard.organisation.models import User
from tests.conftest import TODAY, Cast
from tests.factories import breaches as make

MAIL = "mila@thuis.example"
TITLES = {
    "Meldingen van datalekken",
    "Brieven over datalekken",
    "Maatregelen na datalekken",
    "Geschiedenis van datalekken",
}
ONLY = "Alleen de naam is gelijk."
ONE = (
    "Wat mensen zelf schreven in 1 dossier over een datalek is niet doorzocht. Lees het na als "
    "deze persoon erbij betrokken kan zijn."
)


def found(reader: User, *, emails: tuple[str, ...] = (), **person: Any) -> dict[str, list[str]]:
    parts = collect(Sought.of(reader, emails=emails, keys=(), **person))
    return {
        part.title: [each.sentence for each in part.held]
        for part in parts
        if part.held and part.title in TITLES
    }


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
    return ToldPerson.objects.create(
        **{
            "telling": telling,
            "breach": made,
            "role": "parent",
            "name": "Mila Moeder",
            "about": "Kim Kind",
            "email": MAIL,
            "way": "email",
            "made_at": at,
            **values,
        }
    )


@pytest.mark.django_db
class TestCollectors:
    def test_by_address_whatever_the_capitals(self, cast: Cast, now: datetime) -> None:
        made = make.breach(cast.linde, at=now, reporter_email="Mila@Thuis.example")
        told(made, now)
        assert found(cast.ibp, emails=(" MILA@thuis.example ",)) == {
            "Meldingen van datalekken": ["Melding van datalek D-2026-0001.", ONE],
            "Brieven over datalekken": ["Brief over datalek D-2026-0001: ouder of verzorger."],
            "Geschiedenis van datalekken": ["2 regels in de geschiedenis van: datalekken."],
        }

    def test_who_reported_with_an_account_and_who_took_a_measure(
        self, cast: Cast, now: datetime
    ) -> None:
        made = make.breach(
            cast.linde, at=now, reporter=cast.teacher, reporter_name="", reporter_email=""
        )
        task = Task(kind="prevent", text="Iets.", due_on=TODAY, owner=cast.teacher)
        add_measure(breach=made, task=task, by=cast.ibp, at=now)
        assert found(cast.ibp, emails=(cast.teacher.email,)) == {
            "Meldingen van datalekken": ["Melding van datalek D-2026-0001.", ONE],
            "Maatregelen na datalekken": ["Maatregel na datalek D-2026-0001."],
        }

    def test_by_name_alone_is_told_as_such(self, cast: Cast, now: datetime) -> None:
        made = make.breach(cast.linde, at=now, reporter_name="KIM kind", reporter_email="")
        told(made, now)
        task = Task(kind="prevent", text="x", due_on=TODAY, owner_name="Kim Kind")
        add_measure(breach=made, task=task, by=cast.ibp, at=now)
        assert found(cast.ibp, name=" Kim  Kind ") == {
            "Meldingen van datalekken": [f"Melding van datalek D-2026-0001. {ONLY}", ONE],
            "Brieven over datalekken": [
                f"Brief over datalek D-2026-0001: ouder of verzorger. {ONLY}"
            ],
            "Maatregelen na datalekken": [f"Maatregel na datalek D-2026-0001. {ONLY}"],
        }

    def test_nothing_of_what_the_reader_may_not_see(self, cast: Cast, now: datetime) -> None:
        made = make.breach(cast.linde, at=now, reporter_email=MAIL)
        told(made, now)
        make_confidential(breach=made, reason="x", by=cast.ibp, at=now)
        for stranger in (cast.director, cast.eik_director, cast.care, cast.teacher):
            assert found(stranger, emails=(MAIL,)) == {}
        assert "Meldingen van datalekken" in found(cast.fg, emails=(MAIL,))

    def test_a_director_is_told_of_the_own_school(self, cast: Cast, now: datetime) -> None:
        make.breach(cast.linde, at=now, reporter_email=MAIL)
        make.breach(cast.eik, at=now + timedelta(hours=1), reporter_email=MAIL)
        assert found(cast.director, emails=(MAIL,))["Meldingen van datalekken"] == [
            "Melding van datalek D-2026-0001.",
            ONE,
        ]

    def test_without_files_there_is_nothing_to_tell(self, cast: Cast) -> None:
        assert found(cast.ibp, emails=(MAIL,)) == {}

    def test_all_of_it_stays_one_query(
        self, cast: Cast, now: datetime, django_assert_num_queries: Any
    ) -> None:
        make.breach(cast.linde, at=now, reporter_email=MAIL)
        assert cast.ibp.standing.on is not None
        with django_assert_num_queries(1):
            collect(Sought.of(cast.ibp, emails=(MAIL,), keys=()))
